import * as z from 'zod';
import { logPageSchema } from '../models/job.js';
import type { CallDeclaration } from './call.js';
import { jobParams as params } from './job-params.js';

const attempt = z.string().max(60).optional().describe('Id of an attempt, or its end: `part-number`');
const cursor = z.string().min(1).max(200).optional();

const pageQuery = z
  .object({
    attempt,
    cursor: cursor.describe('The `nextCursor` of a page: what came after it'),
    before: cursor.describe('The `previousCursor` of a page: what came before it'),
    tail: z.stringbool().optional().describe('The last page'),
    limit: z.coerce
      .number()
      .int()
      .min(1)
      .max(1000)
      .default(500)
      .describe('Messages; a page is 256 KiB at most'),
  })
  .refine(
    ({ cursor: on, before, tail }) => [on, before, tail].filter((one) => one !== undefined).length <= 1,
    'give one of "cursor", "before" and "tail"',
  );

/** What jobs print: in pages, and whole as a file. */
export const jobLogCalls = {
  logs: {
    method: 'GET',
    path: '/api/v1/jobs/{id}/logs',
    summary: 'What a job printed so far, or one attempt of it, in pages',
    description: '`attempt`: its id, or `part-number`. In the order in which it came.',
    action: 'jobs.read',
    owner: 'found',
    cost: 'heavy',
    params,
    query: pageQuery,
    answer: logPageSchema,
  },
  downloadLogs: {
    method: 'GET',
    path: '/api/v1/jobs/{id}/logs/download',
    summary: 'All that a job printed, or one attempt of it, as a file: its lines, or JSON lines with times',
    action: 'jobs.download',
    owner: 'found',
    cost: 'export',
    params,
    query: z.object({ attempt, format: z.enum(['text', 'json']).default('text') }),
    gives: { mediaType: 'text/plain', description: 'What was printed.' },
    head: false,
  },
} as const satisfies Record<string, CallDeclaration>;
