import { serviceStateSchema } from '@meshdeck/shared';
import * as z from 'zod';
import { problems } from '../answers.js';
import type { PeopleApp } from '../fastify.js';
import { isOverLan } from '../home-guard.js';
import { openToAnyone } from '../route-access.js';
import type { HubServices } from '../services.js';

const healthSchema = z.object({ status: z.enum(['ok', 'degraded']), services: z.array(serviceStateSchema) });

/** Open to everybody: whoever watches the hub has no token. */
export function healthRoute(app: PeopleApp, services: Pick<HubServices, 'health'>): void {
  app.get(
    '/healthz',
    {
      config: openToAnyone(null),
      schema: {
        tags: ['hub'],
        summary: 'Whether the hub is well',
        security: [],
        response: { 200: healthSchema, ...problems },
      },
    },
    async (request, reply) => {
      reply.header('cache-control', 'no-store');
      const { status, services: states } = services.health();
      // Messages name addresses and files, which is nobody's business on the network.
      const isStranger = isOverLan(request.raw) && request.person === null;
      return { status, services: isStranger ? states.map((one) => ({ ...one, message: null })) : states };
    },
  );
}
