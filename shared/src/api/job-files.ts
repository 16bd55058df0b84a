import * as z from 'zod';
import { filePreviewSchema, jobFilesSchema, longestOutputPath } from '../models/job-file.js';
import type { CallDeclaration } from './call.js';
import { jobParams as params } from './job-params.js';
import { nextCursor, pageQuery } from './paging.js';

const oneFile = z.object({
  path: z
    .string()
    .min(1)
    .max(longestOutputPath + 20)
    .describe('As the list of files has it'),
});

/** All that a job's runs wrote into their output folder. */
export const jobFileCalls = {
  files: {
    method: 'GET',
    path: '/api/v1/jobs/{id}/files',
    summary: 'All files that a job made, by path, with what was left out and why',
    description:
      'Files of a run that did not succeed are partial. Those of the parts of a split table lie in `part-1/`, `part-2/`, ...',
    action: 'jobs.read',
    owner: 'found',
    cost: 'heavy',
    params,
    query: z.object(pageQuery),
    answer: jobFilesSchema.extend({ nextCursor }),
  },
  preview: {
    method: 'GET',
    path: '/api/v1/jobs/{id}/files/preview',
    summary: 'The beginning of one file: rows of a table, or text',
    description: 'Looking is no download in the audit.',
    action: 'jobs.read',
    owner: 'found',
    cost: 'heavy',
    params,
    query: oneFile,
    answer: filePreviewSchema,
  },
  picture: {
    method: 'GET',
    path: '/api/v1/jobs/{id}/files/picture',
    summary: 'One file that is a picture (PNG, JPEG, GIF, WebP, SVG), to be shown in a page',
    description: 'At most 20 MiB. An SVG comes as an attachment: a page shows it, and nothing in it runs.',
    action: 'jobs.read',
    owner: 'found',
    cost: 'heavy',
    params,
    query: oneFile,
    gives: { mediaType: 'image/*', description: 'The picture.' },
    head: false,
  },
  file: {
    method: 'GET',
    path: '/api/v1/jobs/{id}/files/content',
    summary: 'One file that a job made',
    action: 'jobs.download',
    owner: 'found',
    cost: 'transfer',
    params,
    query: oneFile,
    gives: { mediaType: 'application/octet-stream', description: 'The file, as an attachment.' },
  },
  zip: {
    method: 'GET',
    path: '/api/v1/jobs/{id}/files/zip',
    summary: 'All files that a job made, as one zip archive',
    action: 'jobs.download',
    owner: 'found',
    cost: 'export',
    params,
    gives: { mediaType: 'application/zip', description: 'The archive, written while it is sent.' },
    head: false,
  },
} as const satisfies Record<string, CallDeclaration>;
