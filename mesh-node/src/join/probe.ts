import { X509Certificate } from 'node:crypto';
import { connect } from 'node:tls';
import { MeshdeckError } from '@meshdeck/shared';
import { formatAddress, type HubAddress } from './hub-address.js';
import { fingerprintOf } from './identity.js';

/** What answered at an address: its key, proved by the handshake, and nothing told to it. */
export interface Probe {
  address: HubAddress;
  fingerprint: string;
  certificatePem: string;
}

/**
 * Opens TLS, reads who is there, and hangs up. No certificate of ours is shown and no byte sent: whether to trust the key
 * is the caller's to decide.
 * @throws MeshdeckError `hub-unreachable`
 */
export function probeHub(
  address: HubAddress,
  options: {
    /** For somebody to take the call. */
    timeoutMs: number;
    /** For whoever has taken it to say who he is; as long where it is left out. */
    busyTimeoutMs?: number;
    signal: AbortSignal;
  },
): Promise<Probe> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address.host, port: address.port, rejectUnauthorized: false });
    const finish = (act: () => void) => {
      socket.destroy();
      options.signal.removeEventListener('abort', onAbort);
      act();
    };
    const fail = (cause: unknown) =>
      finish(() => {
        const message = `The hub at ${formatAddress(address)} does not answer.`;
        reject(new MeshdeckError('hub-unreachable', message, { cause }));
      });
    const onAbort = () => fail(options.signal.reason);
    if (options.signal.aborted) return onAbort();
    options.signal.addEventListener('abort', onAbort, { once: true });
    socket.setTimeout(options.timeoutMs, () => fail(new Error(`no answer in ${socket.timeout} ms`)));
    socket.once('connect', () => socket.setTimeout(options.busyTimeoutMs ?? options.timeoutMs));
    socket.once('error', fail);
    socket.once('secureConnect', () => {
      const { raw } = socket.getPeerCertificate();
      if (raw === undefined) return fail(new Error('no certificate'));
      const certificate = new X509Certificate(raw);
      const probe = {
        address,
        fingerprint: fingerprintOf(certificate),
        certificatePem: certificate.toString(),
      };
      finish(() => resolve(probe));
    });
  });
}
