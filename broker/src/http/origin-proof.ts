import type { IncomingMessage } from 'node:http';
import { linkSignatureParam, originKeyHeader, originKeyPattern, originKeyProtocol } from '@meshdeck/shared';
import type { FastifyRequest } from 'fastify';
import type { OriginProof } from '../users/origin-key.js';

function offeredKey(protocols: string | undefined): string | undefined {
  const offered = protocols?.split(',').map((name) => name.trim()) ?? [];
  return offered.find((name) => name.startsWith(originKeyProtocol))?.slice(originKeyProtocol.length);
}

/** The origin key as a page shows it: in its header, or, opening a WebSocket, as a subprotocol; null where it is none. */
export function originKeyOf({ headers }: IncomingMessage): string | null {
  const key = headers[originKeyHeader] ?? offeredKey(headers['sec-websocket-protocol']);
  return typeof key === 'string' && originKeyPattern.test(key) ? key : null;
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
