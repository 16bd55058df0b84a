import type { IncomingMessage } from 'node:http';
import { MeshdeckError } from '@meshdeck/shared';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { LocalAccess, Person } from '../users/types.js';
import { requireOwnPage } from './home-guard.js';
import { problemOf, sendProblem } from './problems.js';
import { readCookie } from './session-cookie.js';

/** Who sends this, by token or by cookie; null where it says nothing that counts. */
export function identify(access: LocalAccess, request: IncomingMessage): Person | null {
  const token = bearerToken(request);
  if (token !== null) return access.checkToken(token);
  const secret = readCookie(request.headers.cookie, access.cookieName);
  return secret === null ? null : access.checkSession(secret);
}

function bearerToken({ headers }: IncomingMessage): string | null {
  if (headers.authorization === undefined) return null;
  return /^Bearer +([\w.~+/-]+=*)$/i.exec(headers.authorization)?.[1] ?? '';
}

/** Hook in front of every guarded route: lets known people through, slows down who keeps guessing. */
export function requirePerson(access: LocalAccess) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    request.person = identify(access, request.raw);
    if (request.person === null) {
      const waitMs = bearerToken(request.raw) === null ? 0 : access.noteFailure(request.ip);
      return waitMs > 0 ? sendTooMany(reply, waitMs) : sendUnknown(reply);
    }
    if (request.person.via === 'session') requireOwnPage(request.raw);
    return undefined;
  };
}

export function sendTooMany(reply: FastifyReply, waitMs: number): FastifyReply {
  const seconds = Math.ceil(waitMs / 1000);
  const message = `Too many wrong tokens came from there. Try again in ${seconds} s.`;
  return sendProblem(reply.header('retry-after', seconds), problemOf({ code: 'unauthorized', message }, 429));
}

function sendUnknown(reply: FastifyReply): FastifyReply {
  const { code, message } = new MeshdeckError(
    'unauthorized',
    'The hub does not know who you are. Send the token from its data folder, or open the page by a new link.',
  );
  return sendProblem(
    reply.header('www-authenticate', 'Bearer realm="meshdeck"'),
    problemOf({ code, message }),
  );
}
