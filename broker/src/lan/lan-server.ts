import { createServer, type Server } from 'node:https';
import type { RequestListener } from 'node:http';
import type { Logger } from 'pino';
import { limitConnections } from '../mqtt/limits.js';
import type { CertificateKeeper } from './certificate-keeper.js';

const handshakeTimeoutMs = 20_000;
const headersTimeoutMs = 20_000;
/** Longer than the longest wait a call may ask for, 300 s; what moves no byte for so long is dead. */
const idleTimeoutMs = 600_000;
/** Everybody behind one address translator, with six connections and live data each. */
const limits = { inAll: 2000, perAddress: 300 };

export interface LanServer {
  server: Server;
  /** Ends every connection, busy ones too. */
  close(): Promise<void>;
}

/**
 * The people's door to the network. HTTPS only and without client certificates, so no browser asks for one; what it
 * serves is `handle`'s.
 */
export function createLanServer(options: {
  certificate: CertificateKeeper;
  handle: RequestListener;
  logger: Logger;
}): LanServer {
  const { certificate, handle, logger } = options;
  const context = () => {
    const { chainPem, keyPem } = certificate.current();
    return { cert: chainPem, key: keyPem, minVersion: 'TLSv1.2' } as const;
  };
  const server = createServer(
    {
      ...context(),
      ALPNProtocols: ['http/1.1'],
      handshakeTimeout: handshakeTimeoutMs,
      headersTimeout: headersTimeoutMs,
      // A large upload takes as long as it takes.
      requestTimeout: 0,
    },
    handle,
  );
  server.setTimeout(idleTimeoutMs);
  limitConnections(server, { limits, door: 'people on the network', logger });
  const forget = certificate.onChange(() => server.setSecureContext(context()));
  return {
    server,
    close: () =>
      new Promise((resolve) => {
        forget();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
