import { MeshdeckError } from '@meshdeck/shared';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Entered } from '../users/sign-in.js';
import type { Person } from '../users/types.js';
import { identify } from './authentication.js';
import { isOverLan } from './home-guard.js';
import type { HubServices } from './services.js';
import { sessionCookie } from './session-cookie.js';

/** Hands out a new session; whatever session the browser had ends, so that nobody rides on an old one. */
export async function startSession(
  { access, people }: Pick<HubServices, 'access' | 'people'>,
  { request, reply, entered }: { request: FastifyRequest; reply: FastifyReply; entered: Entered },
): Promise<Person> {
  const { secret, account } = entered;
  const before = identify({ access, people }, request.raw);
  if (before?.sessionId != null) await people.account.signOut(before);
  const overLan = isOverLan(request.raw);
  const person = people.identify({ bearer: null, cookie: secret, isOverLan: overLan });
  if (person === null) throw new MeshdeckError('internal', 'The new session does not hold.');
  request.person = person;
  request.auditTarget = account.email;
  reply.header('set-cookie', sessionCookie(access.cookieName, secret, { secure: overLan }));
  return person;
}
