import { appSpeedsSchema } from '@meshdeck/shared';
import * as z from 'zod';
import { problems } from '../answers.js';
import type { PeopleApp } from '../fastify.js';
import type { SpeedServices } from '../services.js';

export function speedRoutes(app: PeopleApp, speeds: SpeedServices): void {
  app.get(
    '/api/v1/speeds',
    {
      schema: {
        tags: ['apps'],
        summary:
          'How fast apps run on which machine, learned from their runs, and how well that was foreseen',
        response: { 200: z.object({ speeds: z.array(appSpeedsSchema) }), ...problems },
      },
    },
    async () => ({ speeds: await speeds.list() }),
  );
}
