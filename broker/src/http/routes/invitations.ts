import { contract } from '@meshdeck/shared/api';
import type { PeopleApp } from '../fastify.js';
import { pageOf } from '../paging.js';
import { personLink } from '../person-link.js';
import { serve } from '../serve.js';
import { callerOf } from '../submitter.js';
import type { PeopleRouteDependencies } from './people.js';

export function invitationRoutes(
  app: PeopleApp,
  { people: { admin }, lanUrl }: PeopleRouteDependencies,
): void {
  serve(app, contract.invitations.list, (asked) => {
    const { page, nextCursor } = pageOf(admin.invitations(), asked, ({ id }) => id);
    return { invitations: page, nextCursor };
  });

  serve(app, contract.invitations.create, async ({ body }, request) => {
    request.auditTarget = body.email ?? 'whoever has the link';
    request.auditDetail = `Invited as ${body.role}.`;
    const { code, ...invitation } = await admin.invite(body, callerOf(request));
    return {
      ...invitation,
      link: personLink(request, { code, expiresAt: invitation.expiresAt }, lanUrl()),
    };
  });

  serve(app, contract.invitations.withdraw, async ({ id }, request) => {
    request.auditDetail = 'Invitation withdrawn.';
    await admin.withdraw(id);
  });
}
