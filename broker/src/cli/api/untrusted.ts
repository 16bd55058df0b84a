import { MeshdeckError } from '@meshdeck/shared';

/** The hub showed another certificate than the one that was compared. */
export class OtherCertificate extends Error {
  constructor(readonly found: string) {
    super('another certificate');
  }
}

/** Compared once, the fingerprint stands for all of it: signer, names and dates. */
const compare =
  'Give the SHA-256 that its Settings page and "meshdeck status" there show: --fingerprint, or MESHDECK_FINGERPRINT.';
const unknownSigner = (url: string) =>
  `No authority that this computer trusts signed the certificate of the hub at ${url}. ${compare} If your own authority signed it, name its file in NODE_EXTRA_CA_CERTS.`;

/** What is wrong with a certificate, by the code that TLS gives it. */
const untrustedSentences: Readonly<Record<string, (url: string) => string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: unknownSigner,
  SELF_SIGNED_CERT_IN_CHAIN: unknownSigner,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownSigner,
  UNABLE_TO_GET_ISSUER_CERT: unknownSigner,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownSigner,
  CERT_HAS_EXPIRED: (url) => `The certificate of the hub at ${url} has expired. Its admin has to renew it.`,
  CERT_NOT_YET_VALID: (url) =>
    `The certificate of the hub at ${url} is not valid yet. Check the clock of this computer.`,
  ERR_TLS_CERT_ALTNAME_INVALID: (url) =>
    `The certificate of the hub at ${url} is made out to another name. Use a name it has ("meshdeck status" there shows them). ${compare}`,
};

/** What to say of a certificate that is not believed; null where something else is wrong. */
export function untrusted(cause: unknown, url: string): MeshdeckError | null {
  if (cause instanceof OtherCertificate) {
    return new MeshdeckError(
      'hub-untrusted',
      `The hub at ${url} shows another certificate than the fingerprint you gave (${cause.found}). Compare it with the one on its Settings page; if that differs too, somebody stands in between: do not go on.`,
      { cause },
    );
  }
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const sentence = untrustedSentences[code];
  return sentence === undefined
    ? null
    : new MeshdeckError('hub-untrusted', sentence(url), { cause, detail: code });
}
