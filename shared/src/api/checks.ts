import { checkRequestSchema, checkViewSchema } from '../models/check.js';
import { calls } from './call.js';

export const checks = calls(
  { thing: 'checks', tag: 'jobs' },
  {
    run: {
      method: 'POST',
      path: '/api/v1/checks',
      summary: 'How an app would read a stored table: a dry run on its first rows, without a job',
      description:
        'Answers within 20 s. What is wrong with the table or the model is in the answer (`ok`, `failure`), with as much of the reading as there was.',
      action: 'jobs.check',
      owner: 'narrowed',
      cost: 'errand',
      body: checkRequestSchema,
      answer: checkViewSchema,
    },
  },
);
