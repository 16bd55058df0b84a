import { hubViewSchema } from '@meshdeck/shared';
import * as z from 'zod';
import { problems } from '../answers.js';
import type { PeopleApp } from '../fastify.js';
import { allow } from '../route-access.js';
import type { HubServices } from '../services.js';

export function hubRoutes(app: PeopleApp, services: Pick<HubServices, 'hubView' | 'access'>): void {
  app.get(
    '/api/v1/hub',
    {
      config: allow('hub.read'),
      schema: {
        tags: ['hub'],
        summary: 'The hub, its listeners and its services',
        response: { 200: hubViewSchema, ...problems },
      },
    },
    async () => services.hubView(),
  );

  app.post(
    '/api/v1/ui-links',
    {
      config: allow('links.create', { owner: 'narrowed' }),
      schema: {
        tags: ['hub'],
        summary: 'A link that signs a browser in once, within five minutes',
        response: { 201: z.object({ url: z.string() }), ...problems },
      },
    },
    async (request, reply) => {
      reply.code(201);
      return {
        url: `${request.protocol}://${request.host}/login?link=${services.access.createLink(request.person?.id)}`,
      };
    },
  );
}
