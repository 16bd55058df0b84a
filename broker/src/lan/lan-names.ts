import { isIPv6 } from 'node:net';
import { hostname } from 'node:os';

/** `lab.example.org:443` as the name and the port; null: whatever port the hub listens on. */
export function splitName(entry: string): { name: string; port: number | null } {
  const [, name = entry, port] = /^(.+?)(?::(\d{1,5}))?$/.exec(entry) ?? [];
  if (isIPv6(entry)) return { name: `[${entry.toLowerCase()}]`, port: null };
  return { name: name.toLowerCase(), port: port === undefined ? null : Number(port) };
}

/** Names this machine has without anybody's word: its host name, and the same as multicast DNS tells it. */
export function machineNames(name = hostname()): string[] {
  const own = name.toLowerCase();
  if (!/^[a-z\d]([a-z\d.-]{0,250}[a-z\d])?$/.test(own)) return [];
  const [first = own] = own.split('.');
  return [...new Set([own, `${first}.local`])];
}

/**
 * Whether a `Host` header is one of ours: the address that the connection really came in at, or a name on the list. A
 * stranger's name made to point here (DNS rebinding) is neither.
 */
export function isLanHost(
  host: string | undefined,
  {
    localAddress = '',
    localPort = 0,
    names,
  }: { localAddress?: string | undefined; localPort?: number | undefined; names: readonly string[] },
): boolean {
  if (host === undefined) return false;
  // An IPv4 connection to an IPv6 socket [RFC 4291 §2.5.5.2]; a zone is no part of a URL's host [RFC 3986 §3.2.2].
  const address = localAddress.replace(/^::ffff:(?=\d+\.)/, '').replace(/%.*$/, '');
  const loopback = address.startsWith('127.') || address === '::1' ? ['localhost'] : [];
  return [address, ...loopback, ...names].some((entry) => {
    const { name, port } = splitName(entry);
    const given = host.toLowerCase();
    const wanted = port ?? localPort;
    return given === `${name}:${wanted}` || (wanted === 443 && given === name);
  });
}
