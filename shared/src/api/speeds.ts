import * as z from 'zod';
import { appSpeedsSchema } from '../models/speed.js';
import { calls } from './call.js';
import { nextCursor, pageQuery } from './paging.js';

export const speeds = calls(
  { thing: 'speeds', tag: 'apps' },
  {
    list: {
      method: 'GET',
      path: '/api/v1/speeds',
      summary: 'How fast apps run on which machine, learned from their runs, and how well that was foreseen',
      action: 'apps.read',
      cost: 'heavy',
      query: z.object(pageQuery),
      answer: z.object({ speeds: z.array(appSpeedsSchema), nextCursor }),
    },
  },
);
