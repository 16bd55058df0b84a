import { MeshdeckError } from '@meshdeck/shared';

/** Where a hub listens for machines unless it is told otherwise. */
export const defaultHubPort = 7421;

/** Where a hub's TLS listener may be. */
export interface HubAddress {
  host: string;
  port: number;
}

/** `[::1]:7421` for `{host: '::1', port: 7421}` */
export function formatAddress({ host, port }: HubAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * Reads `https://host:port`, `host:port`, and either without a port, which means 7421.
 * @throws MeshdeckError `invalid-config`
 */
export function parseAddress(text: string): HubAddress {
  const trimmed = text.trim();
  const refuse = (cause?: unknown) =>
    new MeshdeckError(
      'invalid-config',
      `"${text}" is no hub address. Write it as the hub prints it, such as https://192.168.1.10:${defaultHubPort}.`,
      { cause },
    );
  let url: URL;
  try {
    url = new URL(trimmed.includes('://') ? trimmed : `https://${trimmed}`);
  } catch (error) {
    throw refuse(error);
  }
  if (url.protocol !== 'https:' || url.hostname === '') throw refuse();
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // URLs forget a port that is their scheme's own, so `:443` has to be read off the text.
  const written = /:(\d+)\/*$/.exec(trimmed)?.[1];
  return { host, port: Number(written ?? (url.port || defaultHubPort)) };
}
