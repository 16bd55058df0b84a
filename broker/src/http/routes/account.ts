import { changePasswordRequestSchema, mePatchSchema, meSchema, sessionViewSchema } from '@meshdeck/shared';
import * as z from 'zod';
import { nothing, problems } from '../answers.js';
import type { PeopleApp } from '../fastify.js';
import { allow } from '../route-access.js';
import type { HubServices } from '../services.js';
import { isOverLan } from '../home-guard.js';
import { endedCookie } from '../session-cookie.js';
import { callerOf } from '../submitter.js';

/** Everybody's own account. Nothing here takes an id of a person: it is always the caller's. */
export function accountRoutes(
  app: PeopleApp,
  { access, people }: Pick<HubServices, 'access' | 'people'>,
): void {
  const { account } = people;
  const tags = ['people'];
  const owner = 'narrowed';

  app.get(
    '/api/v1/me',
    {
      config: allow('account.read', { owner }),
      schema: { tags, summary: 'Who you are and what you may do', response: { 200: meSchema, ...problems } },
    },
    async (request) => account.me(callerOf(request)),
  );

  app.patch(
    '/api/v1/me',
    {
      config: allow('account.change', { owner }),
      schema: {
        tags,
        summary: 'Changes your name',
        body: mePatchSchema,
        response: { 200: meSchema, ...problems },
      },
    },
    async (request) => {
      const person = callerOf(request);
      await account.rename(person, request.body.name);
      return account.me({ ...person, name: request.body.name });
    },
  );

  app.post(
    '/api/v1/me/password',
    {
      config: allow('account.change', { owner, cost: 'password' }),
      schema: {
        tags,
        summary: 'Changes your password and ends your other browsers, links, API keys and invitations',
        body: changePasswordRequestSchema,
        response: { 204: nothing, ...problems },
      },
    },
    async (request, reply) => {
      request.auditTarget = 'password';
      await account.changePassword(callerOf(request), request.body, request.ip);
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/v1/sign-out',
    {
      config: allow('sessions.end', { owner }),
      schema: { tags, summary: 'Signs this browser out', response: { 204: nothing, ...problems } },
    },
    async (request, reply) => {
      await account.signOut(callerOf(request));
      return reply
        .header('set-cookie', endedCookie(access.cookieName, { secure: isOverLan(request.raw) }))
        .code(204)
        .send(null);
    },
  );

  app.get(
    '/api/v1/me/sessions',
    {
      config: allow('sessions.read', { owner }),
      schema: {
        tags,
        summary: 'The browsers you are signed in with',
        response: { 200: z.object({ sessions: z.array(sessionViewSchema) }), ...problems },
      },
    },
    async (request) => ({ sessions: account.sessions(callerOf(request)) }),
  );

  app.delete(
    '/api/v1/me/sessions',
    {
      config: allow('sessions.end', { owner }),
      schema: {
        tags,
        summary: 'Ends all of your access, here too: browsers, links, API keys and invitations',
        querystring: z.strictObject({ keepKeysAndInvitations: z.stringbool().default(false) }),
        response: { 204: nothing, ...problems },
      },
    },
    async (request, reply) => {
      request.auditTarget = 'everywhere';
      const { keepKeysAndInvitations: kept } = request.query;
      await account.signOutEverywhere(callerOf(request), { keys: kept, invitations: kept });
      return reply
        .header('set-cookie', endedCookie(access.cookieName, { secure: isOverLan(request.raw) }))
        .code(204)
        .send(null);
    },
  );

  app.delete(
    '/api/v1/me/sessions/:id',
    {
      config: allow('sessions.end', { owner }),
      schema: {
        tags,
        summary: 'Signs one of your browsers out',
        params: z.object({ id: z.string().min(1).max(64) }),
        response: { 204: nothing, ...problems },
      },
    },
    async (request, reply) => {
      await account.endSession(callerOf(request), request.params.id);
      return reply.code(204).send(null);
    },
  );
}
