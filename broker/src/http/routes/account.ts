import { contract } from '@meshdeck/shared/api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { People } from '../../users/people.js';
import type { LocalAccess } from '../../users/types.js';
import type { PeopleApp } from '../fastify.js';
import { isOverLan } from '../origin-check.js';
import { serve } from '../serve.js';
import { endedCookie } from '../session-cookie.js';
import { callerOf } from '../submitter.js';

export interface AccountRouteDependencies {
  access: Pick<LocalAccess, 'cookieName'>;
  people: Pick<People, 'account'>;
}

/** Everybody's own account. Nothing here takes an id of a person: it is always the caller's. */
export function accountRoutes(app: PeopleApp, { access, people }: AccountRouteDependencies): void {
  const { account } = people;
  const endCookie = (request: FastifyRequest, reply: FastifyReply): void =>
    void reply.header('set-cookie', endedCookie(access.cookieName, { secure: isOverLan(request.raw) }));

  serve(app, contract.account.me, (_asked, request) => account.me(callerOf(request)));

  serve(app, contract.account.patch, async ({ body: { name } }, request) => {
    const person = callerOf(request);
    await account.rename(person, name);
    return account.me({ ...person, name });
  });

  serve(app, contract.account.changePassword, async ({ body }, request) => {
    request.auditTarget = 'password';
    await account.changePassword(callerOf(request), body, request.ip);
  });

  serve(app, contract.account.signOut, async (_asked, request, reply) => {
    await account.signOut(callerOf(request));
    endCookie(request, reply);
  });

  serve(app, contract.account.sessions, (_asked, request) => ({
    sessions: account.sessions(callerOf(request)),
  }));

  serve(app, contract.account.signOutEverywhere, async (asked, request, reply) => {
    request.auditTarget = 'everywhere';
    const { keepKeysAndInvitations: kept } = asked;
    await account.signOutEverywhere(callerOf(request), { keys: kept, invitations: kept });
    endCookie(request, reply);
  });

  serve(app, contract.account.endSession, ({ id }, request) => account.endSession(callerOf(request), id));
}
