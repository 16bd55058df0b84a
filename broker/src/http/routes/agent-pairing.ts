import {
  pairingIdSchema,
  pairingRevealSchema,
  pairingStartedSchema,
  pairingStartSchema,
  pairingStateSchema,
} from '@meshdeck/shared';
import * as z from 'zod';
import { problems } from '../answers.js';
import type { AgentApp } from '../fastify.js';
import type { Pairing } from '../../pairing/pairing.js';

const paramsSchema = z.object({ id: pairingIdSchema });

/** First contact of a machine without a token: commitment, nonces, and the wait for a person. */
export function pairingRoutes(app: AgentApp, pairing: Pick<Pairing, 'start' | 'reveal' | 'watch'>): void {
  const tags = ['machines'];

  app.post(
    '/agent/v1/pairing',
    {
      schema: {
        tags,
        summary: 'A machine commits to a nonce and hears the hub’s',
        body: pairingStartSchema,
        response: { 200: pairingStartedSchema, ...problems },
      },
    },
    async (request) => pairing.start(request.peer, request.body),
  );

  app.post(
    '/agent/v1/pairing/:id/reveal',
    {
      schema: {
        tags,
        summary: 'A machine shows the nonce it committed to; both ends have the code now',
        params: paramsSchema,
        body: pairingRevealSchema,
        response: { 200: pairingStateSchema, ...problems },
      },
    },
    async (request) => pairing.reveal(request.peer, request.params.id, request.body),
  );

  app.get(
    '/agent/v1/pairing/:id',
    {
      config: { cost: 'wait' },
      schema: {
        tags,
        summary: 'Whether a person has decided; waits up to 20 s for that',
        params: paramsSchema,
        response: { 200: pairingStateSchema, ...problems },
      },
    },
    async (request, reply) => {
      const left = new AbortController();
      reply.raw.once('close', () => left.abort());
      return pairing.watch(request.peer, request.params.id, left.signal);
    },
  );
}
