import {
  appNameSchema,
  jobCountsSchema,
  jobPageSchema,
  jobRequestSchema,
  jobStateSchema,
  jobViewSchema,
  rerunRequestSchema,
  whySchema,
} from '@meshdeck/shared';
import type { FastifyRequest } from 'fastify';
import * as z from 'zod';
import type { Cost } from '../../fairness/shares.js';
import { nothing, problems } from '../answers.js';
import type { PeopleApp } from '../fastify.js';
import { allow } from '../route-access.js';
import { submitterOf } from '../submitter.js';
import type { JobServices } from '../services.js';
import { jobLogRoutes } from './job-logs.js';
import { jobOutputRoute } from './job-output.js';
import { jobProofRoutes } from './job-proof.js';

const idSchema = z.object({
  id: z.string().min(1).max(120).describe('Id, or an unambiguous beginning of one'),
});

const waitSchema = z.object({
  wait: z.coerce
    .number()
    .min(0)
    .max(300)
    .default(0)
    .describe('Answer when the job has ended, or after so many seconds'),
});

const listQuerySchema = z.object({
  /** Once or several times. */
  state: z.union([z.array(jobStateSchema).max(20), jobStateSchema]).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
  before: z.coerce.number().int().nonnegative().optional(),
  /** Words that all occur in the job's name, id, app, table, owner or the names of its machines. */
  text: z.string().max(200).optional(),
  /** Id or name of a machine that had an attempt of it. */
  machine: z.string().min(1).max(120).optional(),
  app: appNameSchema.optional(),
});

/** Who waits takes nothing but a place. */
const waits = ({ query }: FastifyRequest): Cost =>
  Number((query as { wait?: string }).wait ?? 0) > 0 ? 'wait' : 'light';
/** A look for words goes through every job there is. */
const searches = ({ query }: FastifyRequest): Cost => {
  const { text, machine, limit } = query as Record<string, string | undefined>;
  return text !== undefined || machine !== undefined || Number(limit ?? 0) > 100 ? 'heavy' : 'light';
};
const batchBytes = 1024 * 1024;

export function jobRoutes(app: PeopleApp, jobs: JobServices): void {
  const tags = ['jobs'];
  const owner = ({ id = '' }) => jobs.ownerOf(id);

  app.get(
    '/api/v1/jobs',
    {
      config: allow('jobs.read', { owner: 'narrowed', cost: searches }),
      schema: {
        tags,
        summary: 'Jobs, newest first',
        querystring: listQuerySchema,
        response: {
          200: jobPageSchema,
          ...problems,
        },
      },
    },
    async (request) => {
      const { state, limit, before, text, machine, app: appName } = request.query;
      return jobs.list({
        limit,
        onRead: (bytes) => (request.readBytes += bytes),
        ...(state === undefined ? {} : { states: [state].flat() }),
        ...(before === undefined ? {} : { before }),
        ...(text === undefined ? {} : { text }),
        ...(machine === undefined ? {} : { machine }),
        ...(appName === undefined ? {} : { app: appName }),
        ...(request.reach === 'own' && { owner: submitterOf(request).id }),
      });
    },
  );

  app.get(
    '/api/v1/job-counts',
    {
      config: allow('jobs.read', { owner: 'narrowed' }),
      schema: {
        tags,
        summary: 'How many jobs there are by state, and how many of them are dead letters',
        response: { 200: jobCountsSchema, ...problems },
      },
    },
    async (request) => jobs.counts(request.reach === 'own' ? submitterOf(request).id : undefined),
  );

  app.post(
    '/api/v1/jobs',
    {
      config: allow('jobs.create', { owner: 'narrowed', cost: waits }),
      schema: {
        tags,
        summary: 'Starts a job on a stored table',
        body: jobRequestSchema,
        querystring: waitSchema,
        response: { 201: jobViewSchema, ...problems },
      },
    },
    async (request, reply) => {
      reply.code(201);
      return jobs.create(request.body, submitterOf(request), { waitMs: request.query.wait * 1000 });
    },
  );

  app.post(
    '/api/v1/jobs/batch',
    {
      bodyLimit: batchBytes,
      config: allow('jobs.create', { owner: 'narrowed', cost: 'heavy' }),
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
      config: allow('jobs.read', { owner, cost: waits }),
      schema: {
        tags,
        summary: 'One job',
        params: idSchema,
        querystring: waitSchema,
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
        summary: 'Runs a job once more, as a new one, with other options where some are given',
        params: idSchema,
        body: rerunRequestSchema.nullish(),
        response: { 201: jobViewSchema, ...problems },
      },
    },
    async (request, reply) => {
      reply.code(201);
      return jobs.rerun(request.params.id, submitterOf(request), request.body?.options);
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

  jobLogRoutes(app, { jobs, owner, params: idSchema });

  app.get(
    '/api/v1/jobs/:id/why',
    {
      config: allow('jobs.read', { owner, cost: 'heavy' }),
      schema: {
        tags,
        summary: 'Why this machine, why it waits, or why it failed',
        params: idSchema,
        querystring: z.object({
          before: z.coerce
            .number()
            .int()
            .min(0)
            .optional()
            .describe('The `earlier` of the answer before: the decisions that come before those'),
        }),
        response: { 200: whySchema, ...problems },
      },
    },
    async (request) => jobs.why(request.params.id, request.query.before),
  );

  jobProofRoutes(app, { jobs, owner, params: idSchema });
  jobOutputRoute(app, { jobs, owner, params: idSchema });
}
