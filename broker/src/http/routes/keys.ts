import { createdKeySchema, keyRequestSchema, keyViewSchema } from '@meshdeck/shared';
import * as z from 'zod';
import type { KeyServices } from '../../users/own-keys.js';
import { nothing, problems } from '../answers.js';
import type { PeopleApp } from '../fastify.js';
import { nextCursor, pageOf, pageQuery } from '../paging.js';
import { allow } from '../route-access.js';
import { callerOf } from '../submitter.js';

export function keyRoutes(app: PeopleApp, keys: KeyServices): void {
  const tags = ['people'];

  app.get(
    '/api/v1/keys',
    {
      config: allow('keys.read', { owner: 'narrowed' }),
      schema: {
        tags,
        summary:
          "Your API keys, or everybody's where you may see them; the keys themselves are told once only",
        querystring: z.object(pageQuery),
        response: { 200: z.object({ keys: z.array(keyViewSchema), nextCursor }), ...problems },
      },
    },
    async (request) => {
      const all = keys.list(callerOf(request), request.reach);
      const { page, nextCursor } = pageOf(all, request.query, ({ id }) => id);
      return { keys: page, nextCursor };
    },
  );

  app.post(
    '/api/v1/keys',
    {
      config: allow('keys.create', { owner: 'narrowed' }),
      schema: {
        tags,
        summary: 'Makes an API key for yourself, told this once',
        body: keyRequestSchema,
        response: { 201: createdKeySchema, ...problems },
      },
    },
    async (request, reply) => {
      request.auditDetail = `For ${request.body.scopes.join(', ')}.`;
      reply.code(201);
      return keys.create(callerOf(request), request.body);
    },
  );

  app.delete(
    '/api/v1/keys/:id',
    {
      config: allow('keys.revoke', { owner: ({ id = '' }) => keys.ownerOf(id) }),
      schema: {
        tags,
        summary: 'Revokes an API key at once',
        params: z.object({ id: z.string().min(1).max(64) }),
        response: { 204: nothing, ...problems },
      },
    },
    async (request, reply) => {
      await keys.revoke(request.params.id);
      return reply.code(204).send(null);
    },
  );
}
