import {
  createdPersonSchema,
  endAccessRequestSchema,
  lockOutSchema,
  personLinkSchema,
  personPatchSchema,
  personRequestSchema,
  personViewSchema,
} from '@meshdeck/shared';
import * as z from 'zod';
import type { People } from '../../users/people.js';
import { nothing, problems } from '../answers.js';
import type { PeopleApp } from '../fastify.js';
import { nextCursor, pageOf, pageQuery } from '../paging.js';
import { personLink } from '../person-link.js';
import { allow } from '../route-access.js';
import { callerOf } from '../submitter.js';

const paramsSchema = z.object({ id: z.string().min(1).max(254).describe('Id or e-mail address') });

/** Accounts, as admins look after them. `lanUrl`: where people on the network open the hub; null where they cannot. */
export function peopleRoutes(
  app: PeopleApp,
  { admin }: Pick<People, 'admin'>,
  lanUrl: () => string | null,
): void {
  const tags = ['people'];

  app.get(
    '/api/v1/people',
    {
      config: allow('people.read'),
      schema: {
        tags,
        summary: 'Everybody with an account',
        querystring: z.object(pageQuery),
        response: { 200: z.object({ people: z.array(personViewSchema), nextCursor }), ...problems },
      },
    },
    async ({ query }) => {
      const { page, nextCursor } = pageOf(admin.list(), query, ({ id }) => id);
      return { people: page, nextCursor };
    },
  );

  app.post(
    '/api/v1/people',
    {
      config: allow('people.manage'),
      schema: {
        tags,
        summary: 'Makes an account; without a password, with a one-time link to choose one',
        body: personRequestSchema,
        response: { 201: createdPersonSchema, ...problems },
      },
    },
    async (request, reply) => {
      const { email, role } = request.body;
      request.auditTarget = email;
      request.auditDetail = `As ${role}.`;
      const { person, code } = await admin.create(request.body, callerOf(request));
      reply.code(201);
      return { person, link: code === null ? null : personLink(request, code, lanUrl()) };
    },
  );

  app.get(
    '/api/v1/people/:id',
    {
      config: allow('people.read'),
      schema: {
        tags,
        summary: 'One person',
        params: paramsSchema,
        response: { 200: personViewSchema, ...problems },
      },
    },
    async (request) => admin.get(request.params.id),
  );

  app.patch(
    '/api/v1/people/:id',
    {
      config: allow('people.manage'),
      schema: {
        tags,
        summary: 'Changes name, role, limits, or lets somebody in no more; counts at once',
        params: paramsSchema,
        body: personPatchSchema,
        response: { 200: personViewSchema, ...problems },
      },
    },
    async (request) => {
      request.auditDetail = JSON.stringify(request.body);
      const { email } = admin.get(request.params.id);
      request.auditTarget = email;
      return admin.patch(request.params.id, request.body);
    },
  );

  app.delete(
    '/api/v1/people/:id',
    {
      config: allow('people.manage'),
      schema: {
        tags,
        summary: 'Removes an account with its sessions and keys; its jobs stay',
        params: paramsSchema,
        response: { 204: nothing, ...problems },
      },
    },
    async (request, reply) => {
      request.auditTarget = admin.get(request.params.id).email;
      request.auditDetail = 'Removed.';
      await admin.remove(request.params.id);
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/v1/people/:id/password-link',
    {
      config: allow('people.manage'),
      schema: {
        tags,
        summary: 'A one-time link by which the person chooses a new password, for a day',
        params: paramsSchema,
        response: { 201: personLinkSchema, ...problems },
      },
    },
    async (request, reply) => {
      request.auditTarget = admin.get(request.params.id).email;
      request.auditDetail = 'A link to choose a password.';
      const code = await admin.passwordCode(request.params.id, callerOf(request));
      reply.code(201);
      return personLink(request, code, lanUrl());
    },
  );

  app.post(
    '/api/v1/people/:id/sign-out',
    {
      config: allow('people.manage'),
      schema: {
        tags,
        summary: 'Ends all of somebody’s access: browsers, links, API keys and invitations',
        params: paramsSchema,
        body: endAccessRequestSchema.nullish(),
        response: { 204: nothing, ...problems },
      },
    },
    async (request, reply) => {
      request.auditTarget = admin.get(request.params.id).email;
      request.auditDetail = 'Signed out everywhere.';
      const kept = request.body?.keepKeysAndInvitations === true;
      await admin.signOutEverywhere(request.params.id, { keys: kept, invitations: kept });
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/api/v1/lock-outs',
    {
      config: allow('people.read'),
      schema: {
        tags,
        summary: 'Sign-ins that must wait after too many wrong passwords',
        querystring: z.object(pageQuery),
        response: { 200: z.object({ lockOuts: z.array(lockOutSchema), nextCursor }), ...problems },
      },
    },
    async ({ query }) => {
      const { page, nextCursor } = pageOf(admin.lockOuts(), query, ({ id }) => id);
      return { lockOuts: page, nextCursor };
    },
  );

  app.delete(
    '/api/v1/lock-outs/:id',
    {
      config: allow('people.manage'),
      schema: {
        tags,
        summary: 'Lets them try again at once',
        params: z.object({ id: z.string().min(1).max(64) }),
        response: { 204: nothing, ...problems },
      },
    },
    async (request, reply) => {
      const lockOut = admin.lockOuts().find(({ id }) => id === request.params.id);
      request.auditTarget = lockOut?.email ?? lockOut?.address ?? request.params.id;
      request.auditDetail = 'Unlocked.';
      admin.clearLockOut(request.params.id);
      return reply.code(204).send(null);
    },
  );
}
