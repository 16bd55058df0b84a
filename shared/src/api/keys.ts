import * as z from 'zod';
import { createdKeySchema, keyRequestSchema, keyViewSchema } from '../models/person.js';
import { calls } from './call.js';
import { nextCursor, pageQuery } from './paging.js';

export const keys = calls(
  { thing: 'keys', tag: 'people' },
  {
    list: {
      method: 'GET',
      path: '/api/v1/keys',
      summary: "Your API keys, or everybody's where you may see them; a key itself is shown only once",
      action: 'keys.read',
      owner: 'narrowed',
      query: z.object(pageQuery),
      answer: z.object({ keys: z.array(keyViewSchema), nextCursor }),
    },
    create: {
      method: 'POST',
      path: '/api/v1/keys',
      summary: 'Makes an API key for yourself, shown only once',
      action: 'keys.create',
      owner: 'narrowed',
      body: keyRequestSchema,
      status: 201,
      answer: createdKeySchema,
    },
    revoke: {
      method: 'DELETE',
      path: '/api/v1/keys/{id}',
      summary: 'Revokes an API key at once',
      action: 'keys.revoke',
      owner: 'found',
      params: z.object({ id: z.string().min(1).max(64) }),
    },
  },
);
