import { MeshdeckError } from '@meshdeck/shared';

/** Where a hub's TLS listener may be. */
export interface HubAddress {
  host: string;
  port: number;
}

/** `[::1]:7421` for `{host: '::1', port: 7443}` */
export function formatAddress({ host, port }: HubAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * Reads `https://host:port` or `host:port`.
 * @throws MeshdeckError `invalid-config`
 */
export function parseAddress(text: string): HubAddress {
  const refuse = (cause?: unknown) =>
    new MeshdeckError(
      'invalid-config',
      `"${text}" is no hub address. Write it as the hub prints it, such as https://192.168.1.10:7421.`,
      { cause },
    );
  let url: URL;
  try {
    url = new URL(text.includes('://') ? text : `https://${text}`);
  } catch (error) {
    throw refuse(error);
  }
  if (url.protocol !== 'https:' || url.hostname === '') throw refuse();
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return { host, port: url.port === '' ? 443 : Number(url.port) };
}
