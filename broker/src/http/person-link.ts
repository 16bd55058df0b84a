import type { PersonLink } from '@meshdeck/shared';
import type { FastifyRequest } from 'fastify';
import type { MadeCode } from '../users/people-admin.js';

/** The code stands behind `#`: browsers send that part to nobody, so it is in no log and no referrer. */
export function personLink(request: FastifyRequest, { code, expiresAt }: MadeCode): PersonLink {
  return { url: `${request.protocol}://${request.host}/welcome#${code}`, code, expiresAt };
}
