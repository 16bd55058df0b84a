import 'reflect-metadata';
import * as x509 from '@peculiar/x509';

/** A machine's or hub's identity: an ECDSA P-256 key and a self-signed certificate over it, PEM both. */
export interface IdentityPem {
  certificatePem: string;
  privateKeyPem: string;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const dayMs = 86_400_000;

const generalNames = (names: readonly string[]) =>
  names.map((value): x509.JsonGeneralName => ({
    type: /^[\d.]+$|:/.test(value) ? 'ip' : 'dns',
    value,
  }));

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
  const names = generalNames(options.hostnames ?? []);
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

/**
 * A self-signed certificate over a key that there is already (PKCS #8, PEM; as `createIdentity` makes them), for TLS
 * servers under these names. PEM.
 */
export async function certifyKey(options: {
  privateKeyPem: string;
  commonName: string;
  /** DNS names and addresses. */
  names: readonly string[];
  notBefore: Date;
  notAfter: Date;
}): Promise<string> {
  const { names, commonName, notBefore, notAfter } = options;
  const [pkcs8] = x509.PemConverter.decode(options.privateKeyPem);
  if (pkcs8 === undefined) throw new TypeError('no private key in this PEM');
  const privateKey = await crypto.subtle.importKey('pkcs8', pkcs8, algorithm, true, ['sign']);
  const { d: _private, key_ops: _uses, ...jwk } = await crypto.subtle.exportKey('jwk', privateKey);
  const publicKey = await crypto.subtle.importKey('jwk', jwk, algorithm, true, ['verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [commonName] }],
    notBefore,
    notAfter,
    signingAlgorithm: algorithm,
    keys: { privateKey, publicKey },
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(generalNames(names)),
    ],
  });
  return certificate.toString('pem');
}
