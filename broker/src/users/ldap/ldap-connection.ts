import type { ConnectionOptions } from 'node:tls';
import { Client } from 'ldapts';

export interface LdapServer {
  url: string;
  startTls: boolean;
  /** PEM; null: the system's authorities. */
  ca: string | null;
  timeoutMs?: number;
}

/** Connects (TLS first where asked for), works, and hangs up whatever happens. */
export async function withLdap<T>(server: LdapServer, work: (client: Client) => Promise<T>): Promise<T> {
  const { url, startTls, ca, timeoutMs = 5000 } = server;
  const host = new URL(url.replace(/^ldaps?:/, 'http:')).hostname.replace(/^\[|\]$/g, '');
  // `host` is what the certificate is held against, also where the socket was there before TLS.
  const tlsOptions: ConnectionOptions = { host, minVersion: 'TLSv1.2', ...(ca !== null && { ca }) };
  const client = new Client({
    url,
    timeout: timeoutMs,
    connectTimeout: timeoutMs,
    ...(url.startsWith('ldaps:') && { tlsOptions }),
  });
  try {
    if (startTls && url.startsWith('ldap:')) await client.startTLS(tlsOptions);
    return await work(client);
  } finally {
    await client.unbind().catch(() => undefined);
  }
}
