import 'reflect-metadata';
import * as x509 from '@peculiar/x509';

/** A machine's or hub's identity: an ECDSA P-256 key and a self-signed certificate over it, PEM both. */
export interface IdentityPem {
  certificatePem: string;
  privateKeyPem: string;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const dayMs = 86_400_000;

/**
 * A fresh identity. The certificate is only the key's envelope: both ends pin the key's fingerprint, so its dates
 * are wide (a day back for clocks that differ, 30 years on) and its names are for people.
 */
export async function createIdentity(options: {
  commonName: string;
  now: Date;
  hostnames?: string[];
}): Promise<IdentityPem> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const names = (options.hostnames ?? []).map((value): x509.JsonGeneralName => ({
    type: /^[\d.]+$|:/.test(value) ? 'ip' : 'dns',
    value,
  }));
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [options.commonName] }],
    notBefore: new Date(options.now.getTime() - dayMs),
    notAfter: new Date(options.now.getTime() + 30 * 365 * dayMs),
    signingAlgorithm: algorithm,
    keys,
    extensions: names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : [],
  });
  const pkcs8 = await crypto.subtle.exportKey('pkcs8', keys.privateKey);
  return {
    certificatePem: certificate.toString('pem'),
    privateKeyPem: x509.PemConverter.encode(pkcs8, 'PRIVATE KEY'),
  };
}
