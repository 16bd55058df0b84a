import { appSpeedsSchema } from '@meshdeck/shared';
import * as z from 'zod';
import { problems } from '../answers.js';
import type { PeopleApp } from '../fastify.js';
import { nextCursor, pageOf, pageQuery } from '../paging.js';
import { allow } from '../route-access.js';
import type { SpeedServices } from '../services.js';

export function speedRoutes(app: PeopleApp, speeds: SpeedServices): void {
  app.get(
    '/api/v1/speeds',
    {
      config: allow('apps.read', { cost: 'heavy' }),
      schema: {
        tags: ['apps'],
        summary:
          'How fast apps run on which machine, learned from their runs, and how well that was foreseen',
        querystring: z.object(pageQuery),
        response: { 200: z.object({ speeds: z.array(appSpeedsSchema), nextCursor }), ...problems },
      },
    },
    async ({ query }) => {
      const { page, nextCursor } = pageOf(
        await speeds.list(),
        query,
        ({ bundleSha256 }) => bundleSha256,
        ({ machines }) => 1 + machines.length,
      );
      return { speeds: page, nextCursor };
    },
  );
}
