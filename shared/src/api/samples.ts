import * as z from 'zod';
import { appNameSchema } from '../ids.js';
import { preparedSampleSchema, sampleViewSchema } from '../models/app.js';
import { calls } from './call.js';

export const samples = calls(
  { thing: 'samples', tag: 'apps' },
  {
    list: {
      method: 'GET',
      path: '/api/v1/samples',
      summary: 'The apps that ship with Meshdeck',
      action: 'apps.read',
      answer: z.object({ samples: z.array(sampleViewSchema) }),
    },
    prepare: {
      method: 'POST',
      path: '/api/v1/samples/{name}',
      summary: 'Puts a sample app and its table in place, ready for a job',
      action: 'samples.prepare',
      params: z.object({ name: appNameSchema }),
      answer: preparedSampleSchema,
    },
  },
);
