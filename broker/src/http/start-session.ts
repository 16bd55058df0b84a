import { MeshdeckError } from '@meshdeck/shared';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { People } from '../users/people.js';
import type { LocalAccess, Person } from '../users/types.js';
import { sessionSecret } from './authentication.js';
import { isOverLan } from './origin-check.js';
import { sessionCookie } from './session-cookie.js';

/**
 * Hands out a new session's cookie, by its `secret`; whatever session the browser had ends, so that nobody rides on an
 * old one. Answers who is in now.
 */
export async function startSession(
  { access, people }: { access: LocalAccess; people: Pick<People, 'account' | 'newcomer'> },
  { request, reply, secret }: { request: FastifyRequest; reply: FastifyReply; secret: string },
): Promise<Person> {
  const before = sessionSecret(access, request.raw);
  if (before !== null) await people.account.signOutBrowser(before);
  const overLan = isOverLan(request.raw);
  const person = people.newcomer(secret);
  if (person === null) throw new MeshdeckError('internal', 'The new session does not hold.');
  request.person = person;
  reply.header('set-cookie', sessionCookie(access.cookieName, secret, { secure: overLan }));
  return person;
}
