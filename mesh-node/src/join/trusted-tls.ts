import { X509Certificate } from 'node:crypto';
import type { PeerCertificate } from 'node:tls';
import { fingerprintOf, type Identity } from './identity.js';

/** TLS options for every connection to the hub. The pinned certificate is the only root, so its names say nothing more. */
export interface TrustedTls {
  ca: string;
  cert: string;
  key: string;
  rejectUnauthorized: true;
  checkServerIdentity: (host: string, certificate: PeerCertificate) => Error | undefined;
}

/** Only the very key of `hubCertificatePem` will do, not one that it vouches for. */
export function trustedTls(identity: Identity, hubCertificatePem: string): TrustedTls {
  const fingerprint = fingerprintOf(new X509Certificate(hubCertificatePem));
  return {
    ca: hubCertificatePem,
    cert: identity.certificatePem,
    key: identity.privateKeyPem,
    rejectUnauthorized: true,
    checkServerIdentity: (_host, { raw }) =>
      fingerprintOf(new X509Certificate(raw)) === fingerprint
        ? undefined
        : new Error('the hub shows another key than the pinned one'),
  };
}
