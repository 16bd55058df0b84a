import type { PersonLink } from '@meshdeck/shared';
import type { FastifyRequest } from 'fastify';
import { isOverLan } from './origin-check.js';
import type { MadeCode } from '../users/people-admin.js';

/**
 * The code stands behind `#`: browsers send that part to nobody, so it is in no log and no referrer. `lanUrl` is the
 * hub's address for people on the network, whom an address on loopback leads nowhere.
 */
export function personLink(
  request: FastifyRequest,
  { code, expiresAt }: MadeCode,
  lanUrl: string | null,
): PersonLink {
  const at = (origin: string) => `${origin}/welcome#${code}`;
  const elsewhere = isOverLan(request.raw) || lanUrl === null ? null : at(lanUrl);
  return { url: at(`${request.protocol}://${request.host}`), lanUrl: elsewhere, code, expiresAt };
}
