import { createHash, type X509Certificate } from 'node:crypto';
import { fingerprintOf } from '../identity/peer.js';

/** What the hub shows people who come over the network: a key, its certificate, and the chain above it. */
export interface PeopleCertificate {
  /** Made by the hub itself, or given by its admin. */
  source: 'own' | 'given';
  /** The certificate, then those above it. */
  chainPem: string;
  keyPem: string;
  /** SHA-256 of the certificate (DER) as 64 hex digits: what browsers show. */
  fingerprint: string;
  /** SHA-256 of its key (SPKI, DER): stays where a certificate is renewed over the same key. */
  keyFingerprint: string;
  /** DNS names and addresses it is made out to. */
  names: string[];
  /** Unix ms */
  validFrom: number;
  validUntil: number;
  /** Nobody else vouches for it. */
  isSelfSigned: boolean;
}

/** The names in a certificate's subjectAltName [RFC 5280 §4.2.1.6]; the common name counts for nothing. */
export function namesOf({ subjectAltName = '' }: X509Certificate): string[] {
  return subjectAltName.split(', ').flatMap((name) => {
    const [, value] = /^(?:DNS|IP Address):(.+)$/.exec(name) ?? [];
    return value === undefined ? [] : [value.toLowerCase()];
  });
}

export function describeCertificate(
  leaf: X509Certificate,
  { source, chainPem, keyPem }: Pick<PeopleCertificate, 'source' | 'chainPem' | 'keyPem'>,
): PeopleCertificate {
  return {
    source,
    chainPem,
    keyPem,
    fingerprint: createHash('sha256').update(leaf.raw).digest('hex'),
    keyFingerprint: fingerprintOf(leaf.publicKey),
    names: namesOf(leaf),
    validFrom: Date.parse(leaf.validFrom),
    validUntil: Date.parse(leaf.validTo),
    isSelfSigned: leaf.subject === leaf.issuer && leaf.verify(leaf.publicKey),
  };
}
