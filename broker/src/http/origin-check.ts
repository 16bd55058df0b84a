import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import { MeshdeckError } from '@meshdeck/shared';
import { isLanHost } from '../lan/lan-names.js';

/**
 * Whether it came by the people's door to the network: that one speaks TLS and the one on loopback does not. Told by the
 * connection itself and by nothing that a caller says.
 */
export function isOverLan({ socket }: IncomingMessage): boolean {
  return socket instanceof TLSSocket;
}

/**
 * The names this listener goes by. A page of a stranger whose name was made to point here (DNS rebinding) sends its own
 * name, and is refused by it. `lanNames`: what the door to the network answers to beside its addresses.
 */
export function isOwnHost(request: IncomingMessage, lanNames: readonly string[] = []): boolean {
  const { localAddress, localPort } = request.socket;
  if (isOverLan(request)) {
    return isLanHost(request.headers.host, { localAddress, localPort, names: lanNames });
  }
  const own =
    localAddress === undefined ? [] : [localAddress.includes(':') ? `[${localAddress}]` : localAddress];
  const names = ['127.0.0.1', 'localhost', '[::1]', ...own];
  return names.some((name) => request.headers.host === `${name}:${localPort ?? 0}`);
}

export function requireOwnHost(request: IncomingMessage, lanNames: readonly string[] = []): void {
  if (isOwnHost(request, lanNames)) return;
  throw new MeshdeckError(
    'forbidden',
    isOverLan(request)
      ? 'The hub does not go by this name. Open it by its address, or let its admin add the name with --https-names.'
      : 'The hub answers under its own address only. Open it as http://127.0.0.1 with its port.',
  );
}

/**
 * True where the browser says that a page of ours sent this. SameSite cookies alone do not tell ports of one host
 * apart, and other programs on this machine serve pages too.
 */
export function isOwnPage(request: IncomingMessage): boolean {
  const { headers } = request;
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return false;
  const scheme = isOverLan(request) ? 'https' : 'http';
  if (headers.origin !== undefined) {
    return headers.origin === `${scheme}://${headers.host?.toLowerCase() ?? ''}`;
  }
  return site === 'same-origin';
}

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/** For calls that come with a cookie, which a browser adds by itself whoever asked for the call. */
export function requireOwnPage(request: IncomingMessage): void {
  if (safeMethods.has(request.method ?? '') || isOwnPage(request)) return;
  throw new MeshdeckError('forbidden', 'Only pages of the hub itself may change things with your session.');
}
