import * as z from 'zod';
import {
  deadLetterChoiceSchema,
  deadLetterOutcomeSchema,
  deadLetterPageSchema,
} from '../models/dead-letter.js';
import { calls } from './call.js';

/** A thousand ids. */
const bodyBytes = 256 * 1024;

export const deadLetters = calls(
  { thing: 'deadLetters', tag: 'jobs' },
  {
    list: {
      method: 'GET',
      path: '/api/v1/dead-letters',
      summary: 'Failed jobs that nobody has dealt with, newest first, with every attempt of what failed',
      action: 'jobs.read',
      owner: 'narrowed',
      cost: 'heavy',
      query: z.object({
        limit: z.coerce.number().int().min(1).max(200).default(50),
        before: z.coerce.number().int().nonnegative().optional(),
      }),
      answer: deadLetterPageSchema,
    },
    rerun: {
      method: 'POST',
      path: '/api/v1/dead-letters/rerun',
      summary: 'Runs dead letters again, each as a new job',
      action: 'jobs.rerun',
      owner: 'narrowed',
      cost: 'heavy',
      body: deadLetterChoiceSchema,
      bodyBytes,
      answer: deadLetterOutcomeSchema,
    },
    dismiss: {
      method: 'POST',
      path: '/api/v1/dead-letters/dismiss',
      summary: 'Puts dead letters aside; the jobs stay on record as failed',
      action: 'jobs.rerun',
      owner: 'narrowed',
      cost: 'heavy',
      body: deadLetterChoiceSchema,
      bodyBytes,
      answer: deadLetterOutcomeSchema,
    },
  },
);
