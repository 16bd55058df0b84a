import type { IncomingMessage } from 'node:http';
import { MeshdeckError } from '@meshdeck/shared';

/**
 * The names this listener goes by. A page of a stranger whose name was made to point at 127.0.0.1 (DNS rebinding)
 * sends its own name here, and is refused by it.
 */
export function isOwnHost(request: IncomingMessage): boolean {
  const { localAddress, localPort } = request.socket;
  const own =
    localAddress === undefined ? [] : [localAddress.includes(':') ? `[${localAddress}]` : localAddress];
  const names = ['127.0.0.1', 'localhost', '[::1]', ...own];
  return names.some((name) => request.headers.host === `${name}:${localPort ?? 0}`);
}

export function requireOwnHost(request: IncomingMessage): void {
  if (isOwnHost(request)) return;
  throw new MeshdeckError(
    'forbidden',
    'The hub answers under its own address only. Open it as http://127.0.0.1 with its port.',
  );
}

/**
 * True where the browser says that a page of ours sent this. SameSite cookies alone do not tell ports of one host
 * apart, and other programs on this machine serve pages too.
 */
export function isOwnPage({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return false;
  if (headers.origin !== undefined) return headers.origin === `http://${headers.host ?? ''}`;
  return site === 'same-origin';
}

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/** For calls that come with a cookie, which a browser adds by itself whoever asked for the call. */
export function requireOwnPage(request: IncomingMessage): void {
  if (safeMethods.has(request.method ?? '') || isOwnPage(request)) return;
  throw new MeshdeckError('forbidden', 'Only pages of the hub itself may change things with your session.');
}
