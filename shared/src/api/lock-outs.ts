import * as z from 'zod';
import { lockOutSchema } from '../models/person.js';
import { calls } from './call.js';
import { nextCursor, pageQuery } from './paging.js';

export const lockOuts = calls(
  { thing: 'lockOuts', tag: 'people' },
  {
    list: {
      method: 'GET',
      path: '/api/v1/lock-outs',
      summary: 'Sign-ins that must wait after too many wrong passwords',
      action: 'people.read',
      query: z.object(pageQuery),
      answer: z.object({ lockOuts: z.array(lockOutSchema), nextCursor }),
    },
    clear: {
      method: 'DELETE',
      path: '/api/v1/lock-outs/{id}',
      summary: 'Lets them try again at once',
      action: 'people.manage',
      params: z.object({ id: z.string().min(1).max(64) }),
    },
  },
);
