import type { IncomingMessage } from 'node:http';
import { linkSignatureParam, originKeyHeader, originKeyProtocol, originKeySchema } from '@meshdeck/shared';
import type { FastifyRequest } from 'fastify';
import type { OriginProof } from '../users/origin-key.js';

/** The origin key as a page shows it: in its header, or, opening a WebSocket, as a subprotocol; null where it is none. */
export function originKeyOf({ headers }: IncomingMessage): string | null {
  const offered = headers['sec-websocket-protocol']?.split(',').map((name) => name.trim()) ?? [];
  const shown = offered.find((name) => name.startsWith(originKeyProtocol))?.slice(originKeyProtocol.length);
  const key = originKeySchema.safeParse(headers[originKeyHeader] ?? shown);
  return key.success ? key.data : null;
}

const signedLink = new RegExp(`^(.+)[?&]${linkSignatureParam}=([\\w-]{43})$`);

/** What says that a page of our own sent this, not merely a browser that has our cookie. */
export function originProof(request: IncomingMessage): OriginProof | null {
  const key = originKeyOf(request);
  if (key !== null) return { kind: 'key', key };
  // A link can be followed and nothing else: its signature must not do for a call that changes something.
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  const [, address, signature] = (isRead ? signedLink.exec(request.url ?? '') : null) ?? [];
  return address === undefined || signature === undefined
    ? null
    : { kind: 'signed-link', address, signature };
}

/** Takes the signature out of what a route gets of the address: it says who asks, not what for. */
export function dropLinkSignature(request: FastifyRequest): void {
  const query = request.query as Record<string, unknown>;
  if (!Object.hasOwn(query, linkSignatureParam)) return;
  const { [linkSignatureParam]: _signature, ...asked } = query;
  request.query = asked;
}
