import * as z from 'zod';
import { fileNameSchema } from '../ids.js';
import { fileReferenceSchema } from '../messages/orders.js';
import { calls } from './call.js';

export const files = calls(
  { thing: 'files', tag: 'jobs' },
  {
    put: {
      method: 'PUT',
      path: '/api/v1/files',
      summary: 'Stores a table for jobs to work on',
      description: 'The body is the file itself.',
      action: 'files.upload',
      owner: 'narrowed',
      query: z.object({ name: fileNameSchema }),
      takes: ['text/csv', 'application/octet-stream'],
      answer: fileReferenceSchema,
    },
  },
);
