import { helloRequestSchema, helloResponseSchema } from '@meshdeck/shared';
import { problems } from '../answers.js';
import type { AgentApp } from '../fastify.js';
import type { Pairing } from '../../pairing/pairing.js';

export function helloRoute(app: AgentApp, pairing: Pick<Pairing, 'hello'>): void {
  app.post(
    '/agent/v1/hello',
    {
      schema: {
        tags: ['machines'],
        summary: 'A machine says who it is and asks to join',
        body: helloRequestSchema,
        response: { 200: helloResponseSchema, ...problems },
      },
    },
    async (request) => pairing.hello(request.peer, request.body),
  );
}
