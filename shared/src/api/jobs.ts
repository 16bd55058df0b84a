import * as z from 'zod';
import { appNameSchema } from '../ids.js';
import {
  jobCountsSchema,
  jobPageSchema,
  jobRequestSchema,
  jobStateSchema,
  jobViewSchema,
  rerunRequestSchema,
  whySchema,
} from '../models/job.js';
import { decisionMachinesSchema } from '../models/placement.js';
import { calls } from './call.js';
import { jobFileCalls } from './job-files.js';
import { jobParams as params } from './job-params.js';
import { jobLogCalls } from './job-logs.js';
import { jobResultCalls } from './job-results.js';

const wait = z.object({
  wait: z.coerce
    .number()
    .min(0)
    .max(300)
    .default(0)
    .describe('Answer when the job has ended, or after so many seconds'),
});

const listQuery = z.object({
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

export const jobs = calls(
  { thing: 'jobs', tag: 'jobs' },
  {
    list: {
      method: 'GET',
      path: '/api/v1/jobs',
      summary: 'Jobs, newest first',
      description:
        '`state` once or several times; `text`: words that all occur in name, id, app, table, owner or machines; `before`: the `nextBefore` of the page before.',
      action: 'jobs.read',
      owner: 'narrowed',
      query: listQuery,
      answer: jobPageSchema,
    },
    counts: {
      method: 'GET',
      path: '/api/v1/job-counts',
      summary: 'How many jobs there are by state, and how many of them are dead letters',
      action: 'jobs.read',
      owner: 'narrowed',
      answer: jobCountsSchema,
    },
    create: {
      method: 'POST',
      path: '/api/v1/jobs',
      summary: 'Starts a job on a stored table',
      description:
        'With `wait`, answers once the job has ended or after so many seconds. The job goes on if you hang up.',
      action: 'jobs.create',
      owner: 'narrowed',
      query: wait,
      body: jobRequestSchema,
      status: 201,
      answer: jobViewSchema,
    },
    createMany: {
      method: 'POST',
      path: '/api/v1/jobs/batch',
      summary: 'Starts many jobs at once, all or none',
      description: 'At most 1,000.',
      action: 'jobs.create',
      owner: 'narrowed',
      cost: 'heavy',
      body: z.object({ jobs: z.array(jobRequestSchema).min(1).max(1000) }),
      bodyBytes: 1024 * 1024,
      status: 201,
      answer: z.object({ ids: z.array(z.string()) }),
    },
    get: {
      method: 'GET',
      path: '/api/v1/jobs/{id}',
      summary: 'One job',
      description: 'With `wait`, as it is once it has ended or after so many seconds.',
      action: 'jobs.read',
      owner: 'found',
      params,
      query: wait,
      answer: jobViewSchema,
    },
    cancel: {
      method: 'POST',
      path: '/api/v1/jobs/{id}/cancel',
      summary: 'Cancels a job',
      action: 'jobs.cancel',
      owner: 'found',
      params,
      answer: jobViewSchema,
    },
    rerun: {
      method: 'POST',
      path: '/api/v1/jobs/{id}/rerun',
      summary: 'Runs a job once more, as a new one, with other options where some are given',
      description:
        'Options are changed by a body such as `{"options": {"nodeId": null, "shards": "auto"}}`. Answers the new job.',
      action: 'jobs.rerun',
      owner: 'found',
      params,
      body: rerunRequestSchema.nullish(),
      status: 201,
      answer: jobViewSchema,
    },
    remove: {
      method: 'DELETE',
      path: '/api/v1/jobs/{id}',
      summary: 'Removes a finished job',
      action: 'jobs.remove',
      owner: 'found',
      params,
    },
    why: {
      method: 'GET',
      path: '/api/v1/jobs/{id}/why',
      summary: 'Why this machine, why it waits, or why it failed',
      action: 'jobs.read',
      owner: 'found',
      cost: 'heavy',
      params,
      query: z.object({
        before: z.coerce
          .number()
          .int()
          .min(0)
          .optional()
          .describe('The `earlier` of the answer before: the decisions that come before those'),
      }),
      answer: whySchema,
    },
    whyMachines: {
      method: 'GET',
      path: '/api/v1/jobs/{id}/why/{number}/machines',
      summary: 'All machines of one decision, with their terms and why they were not taken',
      action: 'jobs.read',
      owner: 'found',
      cost: 'heavy',
      params: params.extend({
        number: z.coerce.number().int().min(0).describe('The `number` of the decision'),
      }),
      query: z.object({
        from: z.coerce.number().int().min(0).default(0).describe('How many to leave out'),
        limit: z.coerce.number().int().min(1).max(500).default(100),
      }),
      answer: decisionMachinesSchema,
    },
    ...jobFileCalls,
    ...jobLogCalls,
    ...jobResultCalls,
  },
);
