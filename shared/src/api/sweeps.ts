import * as z from 'zod';
import { sweepRequestSchema, sweepSortSchema, sweepViewSchema } from '../models/sweep.js';
import { calls } from './call.js';
import { pageQuery } from './paging.js';

const params = z.object({ id: z.string().min(1).max(120).describe('Id of the sweep') });

export const sweeps = calls(
  { thing: 'sweeps', tag: 'jobs' },
  {
    create: {
      method: 'POST',
      path: '/api/v1/sweeps',
      summary: 'Starts a job for each combination of values of some parameters, all or none',
      description: '`job` as for a single job; `sweep`: the parameters and their values. At most 1,000 jobs.',
      action: 'jobs.create',
      owner: 'narrowed',
      cost: 'heavy',
      body: sweepRequestSchema,
      bodyBytes: 1024 * 1024,
      status: 201,
      answer: z.object({ id: z.string(), jobs: z.array(z.string()) }),
    },
    get: {
      method: 'GET',
      path: '/api/v1/sweeps/{id}',
      summary: 'The jobs of a sweep side by side, page by page',
      description:
        "`sort`: `number`, `state`, `duration`, `param:NAME` or `figure:NAME` (of the jobs' metrics.json); `descending` turns it around. `figures`: the least and the greatest value of each.",
      action: 'jobs.read',
      owner: 'found',
      cost: 'heavy',
      params,
      query: z.object({
        ...pageQuery,
        sort: sweepSortSchema.default('number'),
        descending: z.stringbool().default(false),
      }),
      answer: sweepViewSchema,
    },
    cancel: {
      method: 'POST',
      path: '/api/v1/sweeps/{id}/cancel',
      summary: 'Cancels all jobs of a sweep that have not ended',
      action: 'jobs.cancel',
      owner: 'found',
      cost: 'heavy',
      params,
      answer: z.object({ cancelled: z.number().int() }),
    },
  },
);
