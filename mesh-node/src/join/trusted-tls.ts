import type { Identity } from './identity.js';

/** TLS options for every connection to the hub. The pinned certificate is the only root, so its names say nothing more. */
export interface TrustedTls {
  ca: string;
  cert: string;
  key: string;
  rejectUnauthorized: true;
  checkServerIdentity: () => undefined;
}

export function trustedTls(identity: Identity, hubCertificatePem: string): TrustedTls {
  return {
    ca: hubCertificatePem,
    cert: identity.certificatePem,
    key: identity.privateKeyPem,
    rejectUnauthorized: true,
    checkServerIdentity: () => undefined,
  };
}
