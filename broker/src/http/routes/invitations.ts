import { createdInvitationSchema, invitationRequestSchema, invitationViewSchema } from '@meshdeck/shared';
import * as z from 'zod';
import type { PeopleAdmin } from '../../users/people-admin.js';
import { nothing, problems } from '../answers.js';
import type { PeopleApp } from '../fastify.js';
import { nextCursor, pageOf, pageQuery } from '../paging.js';
import { personLink } from '../person-link.js';
import { allow } from '../route-access.js';
import { callerOf } from '../submitter.js';

export function invitationRoutes(app: PeopleApp, admin: PeopleAdmin, lanUrl: () => string | null): void {
  const tags = ['people'];

  app.get(
    '/api/v1/invitations',
    {
      config: allow('people.read'),
      schema: {
        tags,
        summary: 'Invitations that are still open',
        querystring: z.object(pageQuery),
        response: { 200: z.object({ invitations: z.array(invitationViewSchema), nextCursor }), ...problems },
      },
    },
    async ({ query }) => {
      const { page, nextCursor } = pageOf(admin.invitations(), query, ({ id }) => id);
      return { invitations: page, nextCursor };
    },
  );

  app.post(
    '/api/v1/invitations',
    {
      config: allow('people.manage'),
      schema: {
        tags,
        summary: 'Invites somebody; the link is told once',
        body: invitationRequestSchema,
        response: { 201: createdInvitationSchema, ...problems },
      },
    },
    async (request, reply) => {
      const { email, role } = request.body;
      request.auditTarget = email ?? 'whoever has the link';
      request.auditDetail = `Invited as ${role}.`;
      const { code, ...invitation } = await admin.invite(request.body, callerOf(request));
      reply.code(201);
      return {
        ...invitation,
        link: personLink(request, { code, expiresAt: invitation.expiresAt }, lanUrl()),
      };
    },
  );

  app.delete(
    '/api/v1/invitations/:id',
    {
      config: allow('people.manage'),
      schema: {
        tags,
        summary: 'Withdraws an invitation',
        params: z.object({ id: z.string().min(1).max(64) }),
        response: { 204: nothing, ...problems },
      },
    },
    async (request, reply) => {
      request.auditDetail = 'Invitation withdrawn.';
      await admin.withdraw(request.params.id);
      return reply.code(204).send(null);
    },
  );
}
