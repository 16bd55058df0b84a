import type { IncomingMessage } from 'node:http';
import { MeshdeckError } from '@meshdeck/shared';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { People } from '../users/people.js';
import { hashOf } from '../users/secrets.js';
import type { LocalAccess, Origin, Person } from '../users/types.js';
import { problemOf, sendProblem } from './problems.js';
import { isOverLan } from './origin-check.js';
import { originKeyOf, originProof } from './origin-proof.js';
import { cookieNameOf, readCookie } from './session-cookie.js';

/** What the doors need to know who stands before them. */
export interface IdentitySources {
  access: LocalAccess;
  people: Pick<People, 'identify'>;
}

/** Who sends this, by token, key or cookie; null where it says nothing that counts. */
export function identify({ access, people }: IdentitySources, request: IncomingMessage): Person | null {
  return people.identify({
    bearer: bearerToken(request),
    cookie: sessionSecret(access, request),
    proof: originProof(request),
    isOverLan: isOverLan(request),
  });
}

/** The secret in the session's cookie, whatever it is worth. */
export function sessionSecret({ cookieName }: LocalAccess, request: IncomingMessage): string | null {
  return readCookie(request.headers.cookie, cookieNameOf(cookieName, isOverLan(request)));
}

export function bearerToken({ headers }: IncomingMessage): string | null {
  if (headers.authorization === undefined) return null;
  return /^Bearer +([\w.~+/-]+=*)$/i.exec(headers.authorization)?.[1] ?? '';
}

/** Whether it brought anything at all to say who it is. */
export function hasCredential(access: LocalAccess, request: IncomingMessage): boolean {
  return bearerToken(request) !== null || sessionSecret(access, request) !== null;
}

export function sendTooMany(
  reply: FastifyReply,
  waitMs: number,
  what = 'Too many wrong tokens came from there.',
): FastifyReply {
  const seconds = Math.ceil(waitMs / 1000);
  const message = `${what} Try again in ${seconds} s.`;
  return sendProblem(
    reply.header('retry-after', seconds),
    problemOf({ code: 'too-many-requests', message }, 429),
  );
}

export function sendUnknown(reply: FastifyReply): FastifyReply {
  const { code, message } = new MeshdeckError(
    'unauthorized',
    'The hub does not know who you are. Sign in, or send a key or the token from its data folder.',
  );
  return sendProblem(
    reply.header('www-authenticate', 'Bearer realm="meshdeck"'),
    problemOf({ code, message }),
  );
}

const noOriginKey =
  'Signing in is for the hub\u2019s own pages, which show a key of their own. Reload the page; programs use an API key.';

/** From where somebody merely asks: their address and what their program calls itself. */
export function visitorOf(request: FastifyRequest): Omit<Origin, 'originKeyHash'> {
  const program = (request.headers['user-agent'] ?? '').replace(/[^\x20-\x7e]/g, '?').slice(0, 200);
  return { address: request.ip, program };
}

/** From where a page of ours signs its person in. @throws MeshdeckError `invalid-request` where it shows no origin key */
export function originOf(request: FastifyRequest): Origin {
  const key = originKeyOf(request.raw);
  if (key === null) throw new MeshdeckError('invalid-request', noOriginKey);
  return { ...visitorOf(request), originKeyHash: hashOf(key) };
}
