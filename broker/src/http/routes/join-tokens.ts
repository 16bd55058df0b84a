import { createdJoinTokenSchema, joinTokenRequestSchema, joinTokenViewSchema } from '@meshdeck/shared';
import * as z from 'zod';
import { nothing, problems } from '../answers.js';
import type { PeopleApp } from '../fastify.js';
import { nextCursor, pageOf, pageQuery } from '../paging.js';
import { allow } from '../route-access.js';
import type { JoinTokenServices } from '../services.js';

export function joinTokenRoutes(app: PeopleApp, joinTokens: JoinTokenServices): void {
  const tags = ['machines'];

  app.get(
    '/api/v1/join-tokens',
    {
      config: allow('join-tokens.read'),
      schema: {
        tags,
        summary: 'Join tokens that are still good; the tokens themselves are told once only',
        querystring: z.object(pageQuery),
        response: { 200: z.object({ joinTokens: z.array(joinTokenViewSchema), nextCursor }), ...problems },
      },
    },
    async ({ query }) => {
      const { page, nextCursor } = pageOf(joinTokens.list(), query, ({ id }) => id);
      return { joinTokens: page, nextCursor };
    },
  );

  app.post(
    '/api/v1/join-tokens',
    {
      config: allow('join-tokens.manage'),
      schema: {
        tags,
        summary: 'Makes a token that lets machines join without approval',
        body: joinTokenRequestSchema,
        response: { 201: createdJoinTokenSchema, ...problems },
      },
    },
    async (request, reply) => {
      reply.code(201);
      return joinTokens.create(request.body);
    },
  );

  app.delete(
    '/api/v1/join-tokens/:id',
    {
      config: allow('join-tokens.manage'),
      schema: {
        tags,
        summary: 'Revokes a join token',
        params: z.object({ id: z.string().min(1).max(120) }),
        response: { 204: nothing, ...problems },
      },
    },
    async (request, reply) => {
      await joinTokens.revoke(request.params.id);
      return reply.code(204).send(null);
    },
  );
}
