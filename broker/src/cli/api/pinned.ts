import { createHash } from 'node:crypto';
import { TLSSocket } from 'node:tls';
import { Agent, buildConnector } from 'undici';
import { OtherCertificate } from './untrusted.js';

export { request } from 'undici';

// A large upload is hashed and a large export is made before the first byte of an answer: no limit on either.
const patience = { headersTimeout: 0, bodyTimeout: 0 };
const connectTimeoutMs = 5000;

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
