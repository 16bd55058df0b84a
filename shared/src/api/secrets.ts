import * as z from 'zod';
import { secretValueSchema, secretViewSchema, variableNameSchema } from '../models/environment.js';
import { calls } from './call.js';
import { nextCursor, pageQuery } from './paging.js';

const params = z.object({ name: z.string().min(1).max(128).describe('Name, as the script finds it') });

export const secrets = calls(
  { thing: 'secrets', tag: 'jobs' },
  {
    list: {
      method: 'GET',
      path: '/api/v1/secrets',
      summary: "Names of the secrets that your jobs may use: your own, and the lab's",
      description: 'Values are never told.',
      action: 'secrets.read',
      owner: 'narrowed',
      query: z.object(pageQuery),
      answer: z.object({ secrets: z.array(secretViewSchema), nextCursor }),
    },
    set: {
      method: 'PUT',
      path: '/api/v1/secrets/{name}',
      summary: "Keeps a secret for your jobs, or with `lab` for the lab's",
      description:
        "Only admins set the lab's. They are for jobs of admins and operators, with `forEveryone` for everybody's; left out: for whom the value before was.",
      action: 'secrets.change',
      owner: 'narrowed',
      params: z.object({ name: variableNameSchema }),
      body: z.strictObject({
        value: secretValueSchema,
        lab: z.boolean().default(false),
        forEveryone: z.boolean().optional(),
      }),
      answer: secretViewSchema,
    },
    remove: {
      method: 'DELETE',
      path: '/api/v1/secrets/{name}',
      summary: "Forgets a secret: your own, or with `lab` one of the lab's",
      action: 'secrets.change',
      owner: 'narrowed',
      params,
      query: z.object({ lab: z.stringbool().default(false) }),
    },
  },
);
