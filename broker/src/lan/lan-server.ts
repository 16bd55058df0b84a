import { createServer, type Server } from 'node:https';
import type { RequestListener } from 'node:http';
import type { Logger } from 'pino';
import { limitConnections, type Connections } from '../fairness/connections.js';
import { createLogTally } from '../fairness/log-tally.js';
import { peopleConnections, serverTimes } from '../http/connection-limits.js';
import { readInPieces } from '../http/read-in-pieces.js';
import type { CertificateReloader } from './certificate-reloader.js';

const handshakeTimeoutMs = 20_000;
/** Longer than the longest wait a call may ask for, 300 s; what moves no byte for so long is dead. */
const idleTimeoutMs = 600_000;

export interface LanServer {
  server: Server;
  connections: Connections;
  /** Ends every connection, busy ones too. */
  close(): Promise<void>;
}

/**
 * The people's door to the network. HTTPS only and without client certificates, so no browser asks for one; what it
 * serves is `handle`'s.
 */
export function createLanServer(options: {
  certificate: CertificateReloader;
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
      ...serverTimes,
      // A large upload takes as long as it takes; other bodies have their own time.
      requestTimeout: 0,
    },
    handle,
  );
  server.setTimeout(idleTimeoutMs);
  const tally = createLogTally(logger);
  readInPieces(server);
  const connections = limitConnections(server, {
    limits: peopleConnections.network,
    door: 'people on the network',
    tally,
  });
  const forget = certificate.onChange(() => server.setSecureContext(context()));
  return {
    server,
    connections,
    close: () =>
      new Promise((resolve) => {
        forget();
        tally.stop();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
