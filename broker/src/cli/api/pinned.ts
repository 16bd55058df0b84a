import { createHash } from 'node:crypto';
import { TLSSocket } from 'node:tls';
import { MeshdeckError } from '@meshdeck/shared';
import { Agent, buildConnector } from 'undici';

// A large upload is hashed and a large export is made before the first byte of an answer: no limit on either.
const patience = { headersTimeout: 0, bodyTimeout: 0 };
const connectTimeoutMs = 5000;

/** The hub showed another certificate than the one that was compared. */
class OtherCertificate extends Error {
  constructor(readonly found: string) {
    super('another certificate');
  }
}

const fingerprintOf = (socket: TLSSocket): string =>
  createHash('sha256')
    .update(socket.getPeerX509Certificate()?.raw ?? '')
    .digest('hex');

/** Connections to one hub. With a fingerprint that certificate alone is believed, looked at before anything is sent. */
export function createDispatcher(fingerprint: string | null): Agent {
  if (fingerprint === null) {
    // Whatever the environment says: without a fingerprint an authority vouches, or nobody is believed.
    return new Agent({ ...patience, connect: { timeout: connectTimeoutMs, rejectUnauthorized: true } });
  }
  const connector = buildConnector({
    timeout: connectTimeoutMs,
    rejectUnauthorized: false,
    // A resumed session shows no certificate.
    maxCachedSessions: 0,
  });
  return new Agent({
    ...patience,
    connect(options, callback) {
      connector(options, (...[error, socket]) => {
        if (error !== null) return callback(error, null);
        const found = socket instanceof TLSSocket ? fingerprintOf(socket) : 'none';
        if (found === fingerprint) return callback(null, socket);
        socket.destroy();
        callback(new OtherCertificate(found), null);
      });
    },
  });
}

/** Compared once, the fingerprint stands for all of it: signer, names and dates. */
const compare =
  'Give the SHA-256 that its Settings page and "meshdeck status" there show: --fingerprint, or MESHDECK_FINGERPRINT.';
const unknownSigner = (url: string) =>
  `Nobody vouches for the certificate of the hub at ${url}. ${compare} Where an authority of yours signed it, name its file in NODE_EXTRA_CA_CERTS.`;

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
