import { constants } from 'node:crypto';
import type { TlsOptions } from 'node:tls';

/**
 * How the hub speaks TLS with machines: both sides show a certificate, and what counts is the key in it, so no
 * authority is asked. Without session tickets every connection proves its key anew.
 */
export function agentTls(own: { key: string; cert: string }): TlsOptions {
  return {
    ...own,
    requestCert: true,
    rejectUnauthorized: false,
    minVersion: 'TLSv1.2',
    secureOptions: constants.SSL_OP_NO_TICKET,
  };
}
