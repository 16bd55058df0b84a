import { jobViewSchema } from '../models/job.js';
import { provenanceSchema } from '../models/provenance.js';
import { resultSummaryQuerySchema, resultSummarySchema } from '../models/result-summary.js';
import { resultRowsQuerySchema, resultRowsSchema } from '../models/result-table.js';
import type { CallDeclaration } from './call.js';
import { jobParams as params } from './job-params.js';

/** What a job made: to look at, to take away, and the proof of how it came to be. */
export const jobResultCalls = {
  output: {
    method: 'GET',
    path: '/api/v1/jobs/{id}/output',
    summary: "A job's predictions",
    action: 'jobs.download',
    owner: 'found',
    cost: 'transfer',
    params,
    gives: { mediaType: 'text/csv', description: 'The result.' },
  },
  summary: {
    method: 'GET',
    path: '/api/v1/jobs/{id}/summary',
    summary:
      'What the result is worth: accuracy or error where the truth is known, what was predicted, the least sure rows, and how the table lies beside earlier ones',
    description:
      '`truth`, `prediction`: a column by name or place (`#3`); `against`: a job; `as`: `classes` or `numbers`.',
    action: 'jobs.read',
    owner: 'found',
    cost: 'errand',
    params,
    query: resultSummaryQuerySchema,
    answer: resultSummarySchema,
  },
  rows: {
    method: 'GET',
    path: '/api/v1/jobs/{id}/rows',
    summary: 'Some rows of the result, as in the file or sorted by a column',
    description:
      'Cells are cut at 200 characters; `columns` once or several times. Looking is no download in the audit.',
    action: 'jobs.read',
    owner: 'found',
    cost: 'errand',
    params,
    query: resultRowsQuerySchema,
    answer: resultRowsSchema,
  },
  provenance: {
    method: 'GET',
    path: '/api/v1/jobs/{id}/provenance',
    summary: 'How the result came to be: hashes, versions, machines, attempts, reasoning; as a file to keep',
    action: 'jobs.read',
    owner: 'found',
    cost: 'export',
    params,
    answer: provenanceSchema,
    head: false,
  },
  verify: {
    method: 'POST',
    path: '/api/v1/jobs/{id}/verify',
    summary: 'Runs the same app version on the same table again and compares the results; answers that run',
    description: 'The verdict comes into its `verdict` and the job’s `verifications`.',
    action: 'jobs.rerun',
    owner: 'found',
    params,
    status: 201,
    answer: jobViewSchema,
  },
} as const satisfies Record<string, CallDeclaration>;
