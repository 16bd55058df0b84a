import {
  jobRequestSchema,
  jobStateSchema,
  jobSummarySchema,
  jobViewSchema,
  logMessageSchema,
  whySchema,
} from '@meshdeck/shared';
import * as z from 'zod';
import { nothing, problems } from '../answers.js';
import type { PeopleApp } from '../fastify.js';
import { allow } from '../route-access.js';
import { submitterOf } from '../submitter.js';
import type { JobServices } from '../services.js';
import { jobOutputRoute } from './job-output.js';

const idSchema = z.object({
  id: z.string().min(1).max(120).describe('Id, or an unambiguous beginning of one'),
});

const listQuerySchema = z.object({
  /** Once or several times. */
  state: z.union([z.array(jobStateSchema).max(20), jobStateSchema]).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
  before: z.coerce.number().int().nonnegative().optional(),
});

export function jobRoutes(app: PeopleApp, jobs: JobServices): void {
  const tags = ['jobs'];
  const owner = ({ id = '' }) => jobs.ownerOf(id);

  app.get(
    '/api/v1/jobs',
    {
      config: allow('jobs.read', { owner: 'narrowed' }),
      schema: {
        tags,
        summary: 'Jobs, newest first',
        querystring: listQuerySchema,
        response: {
          200: z.object({ jobs: z.array(jobSummarySchema), nextBefore: z.number().nullable() }),
          ...problems,
        },
      },
    },
    async (request) => {
      const { state, limit, before } = request.query;
      return jobs.list({
        limit,
        ...(state === undefined ? {} : { states: [state].flat() }),
        ...(before === undefined ? {} : { before }),
        ...(request.reach === 'own' && { owner: submitterOf(request).id }),
      });
    },
  );

  app.post(
    '/api/v1/jobs',
    {
      config: allow('jobs.create', { owner: 'narrowed' }),
      schema: {
        tags,
        summary: 'Starts a job on a stored table',
        body: jobRequestSchema,
        response: { 201: jobViewSchema, ...problems },
      },
    },
    async (request, reply) => {
      reply.code(201);
      return jobs.create(request.body, submitterOf(request));
    },
  );

  app.post(
    '/api/v1/jobs/batch',
    {
      config: allow('jobs.create', { owner: 'narrowed' }),
      schema: {
        tags,
        summary: 'Starts many jobs at once, all or none',
        body: z.object({ jobs: z.array(jobRequestSchema).min(1).max(1000) }),
        response: { 201: z.object({ ids: z.array(z.string()) }), ...problems },
      },
    },
    async (request, reply) => {
      reply.code(201);
      return { ids: await jobs.createMany(request.body.jobs, submitterOf(request)) };
    },
  );

  app.get(
    '/api/v1/jobs/:id',
    {
      config: allow('jobs.read', { owner }),
      schema: {
        tags,
        summary: 'One job',
        params: idSchema,
        querystring: z.object({
          wait: z.coerce
            .number()
            .min(0)
            .max(300)
            .default(0)
            .describe('Answer when the job has ended, or after so many seconds'),
        }),
        response: { 200: jobViewSchema, ...problems },
      },
    },
    async (request) => jobs.get(request.params.id, { waitMs: request.query.wait * 1000 }),
  );

  app.post(
    '/api/v1/jobs/:id/cancel',
    {
      config: allow('jobs.cancel', { owner }),
      schema: {
        tags,
        summary: 'Cancels a job',
        params: idSchema,
        response: { 200: jobViewSchema, ...problems },
      },
    },
    async (request) => jobs.cancel(request.params.id),
  );

  app.post(
    '/api/v1/jobs/:id/rerun',
    {
      config: allow('jobs.rerun', { owner }),
      schema: {
        tags,
        summary: 'Runs a job once more, as a new one',
        params: idSchema,
        response: { 201: jobViewSchema, ...problems },
      },
    },
    async (request, reply) => {
      reply.code(201);
      return jobs.rerun(request.params.id, submitterOf(request));
    },
  );

  app.delete(
    '/api/v1/jobs/:id',
    {
      config: allow('jobs.remove', { owner }),
      schema: {
        tags,
        summary: 'Removes a finished job',
        params: idSchema,
        response: { 204: nothing, ...problems },
      },
    },
    async (request, reply) => {
      await jobs.remove(request.params.id);
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/api/v1/jobs/:id/logs',
    {
      config: allow('jobs.read', { owner }),
      schema: {
        tags,
        summary: 'What a job printed so far',
        params: idSchema,
        response: { 200: z.object({ logs: z.array(logMessageSchema) }), ...problems },
      },
    },
    async (request) => ({ logs: await jobs.logs(request.params.id) }),
  );

  app.get(
    '/api/v1/jobs/:id/why',
    {
      config: allow('jobs.read', { owner }),
      schema: {
        tags,
        summary: 'Why this machine, why it waits, or why it failed',
        params: idSchema,
        response: { 200: whySchema, ...problems },
      },
    },
    async (request) => jobs.why(request.params.id),
  );

  jobOutputRoute(app, { jobs, owner, params: idSchema });
}
