import { contract } from '@meshdeck/shared/api';
import type { People } from '../../users/people.js';
import type { PeopleApp } from '../fastify.js';
import { pageOf } from '../paging.js';
import { personLink } from '../person-link.js';
import { serve } from '../serve.js';
import { callerOf } from '../submitter.js';

export interface PeopleRouteDependencies {
  people: Pick<People, 'admin'>;
  /** Where people on the network open the hub; null where they cannot. */
  lanUrl: () => string | null;
}

/** Accounts, as admins look after them. */
export function peopleRoutes(app: PeopleApp, { people: { admin }, lanUrl }: PeopleRouteDependencies): void {
  serve(app, contract.people.list, (asked) => {
    const { page, nextCursor } = pageOf(admin.list(), asked, ({ id }) => id);
    return { people: page, nextCursor };
  });

  serve(app, contract.people.create, async ({ body }, request) => {
    request.auditTarget = body.email;
    request.auditDetail = `As ${body.role}.`;
    const { person, code } = await admin.create(body, callerOf(request));
    return { person, link: code === null ? null : personLink(request, code, lanUrl()) };
  });

  serve(app, contract.people.get, ({ id }) => admin.get(id));

  serve(app, contract.people.patch, ({ id, body }, request) => {
    request.auditDetail = JSON.stringify(body);
    request.auditTarget = admin.get(id).email;
    return admin.patch(id, body);
  });

  serve(app, contract.people.remove, async ({ id }, request) => {
    request.auditTarget = admin.get(id).email;
    request.auditDetail = 'Removed.';
    await admin.remove(id);
  });

  serve(app, contract.people.passwordLink, async ({ id }, request) => {
    request.auditTarget = admin.get(id).email;
    request.auditDetail = 'A link to choose a password.';
    return personLink(request, await admin.passwordCode(id, callerOf(request)), lanUrl());
  });

  serve(app, contract.people.signOut, async ({ id, body }, request) => {
    request.auditTarget = admin.get(id).email;
    request.auditDetail = 'Signed out everywhere.';
    const kept = body?.keepKeysAndInvitations === true;
    await admin.signOutEverywhere(id, { keys: kept, invitations: kept });
  });

  serve(app, contract.lockOuts.list, (asked) => {
    const { page, nextCursor } = pageOf(admin.lockOuts(), asked, ({ id }) => id);
    return { lockOuts: page, nextCursor };
  });

  serve(app, contract.lockOuts.clear, ({ id }, request) => {
    const lockOut = admin.lockOuts().find((one) => one.id === id);
    request.auditTarget = lockOut?.email ?? lockOut?.address ?? id;
    request.auditDetail = 'Unlocked.';
    admin.clearLockOut(id);
  });
}
