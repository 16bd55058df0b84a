import * as z from 'zod';
import { createdJoinTokenSchema, joinTokenRequestSchema, joinTokenViewSchema } from '../models/node.js';
import { calls } from './call.js';
import { nextCursor, pageQuery } from './paging.js';

export const joinTokens = calls(
  { thing: 'joinTokens', tag: 'machines' },
  {
    list: {
      method: 'GET',
      path: '/api/v1/join-tokens',
      summary: 'Join tokens that are still valid; a token itself is shown only once',
      action: 'join-tokens.read',
      query: z.object(pageQuery),
      answer: z.object({ joinTokens: z.array(joinTokenViewSchema), nextCursor }),
    },
    create: {
      method: 'POST',
      path: '/api/v1/join-tokens',
      summary: 'Makes a token that lets machines join without approval',
      action: 'join-tokens.manage',
      body: joinTokenRequestSchema,
      status: 201,
      answer: createdJoinTokenSchema,
    },
    remove: {
      method: 'DELETE',
      path: '/api/v1/join-tokens/{id}',
      summary: 'Revokes a join token',
      action: 'join-tokens.manage',
      params: z.object({ id: z.string().min(1).max(120) }),
    },
  },
);
