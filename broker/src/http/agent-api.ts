import type { TLSSocket } from 'node:tls';
import { MeshdeckError, toFailure } from '@meshdeck/shared';
import fastify from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Logger } from 'pino';
import type { FileStore } from '../files/index.js';
import { agentTls } from '../identity/agent-tls.js';
import { fingerprintOf } from '../identity/peer.js';
import { compilers } from './compilers.js';
import type { AgentApp } from './fastify.js';
import { errorAnswers, problemOf, sendProblem } from './problems.js';
import { agentFileRoutes } from './routes/agent-files.js';
import { helloRoute } from './routes/agent-hello.js';
import { joinRoutes, type JoinRouteParts } from './routes/join.js';
import { pairingRoutes } from './routes/agent-pairing.js';
import { unnamedResultRoutes } from './routes/unnamed-results.js';
import type { AgentPeer, HubServices } from './services.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The machine at the other end; set before any route of the agents' API runs, but those for anybody. */
    peer: AgentPeer;
  }
  interface FastifyContextConfig {
    /** Answered without a certificate, on the agents' API. */
    forAnybody?: boolean;
  }
}

export interface AgentApiParts {
  services: Pick<HubServices, 'pairing' | 'files'>;
  /** What machines may fetch, where that is more than what was uploaded. */
  readable?: Pick<FileStore, 'has' | 'size' | 'open'>;
  /** The hub's own key and certificate, PEM. */
  tls: { key: string; cert: string };
  logger: Logger;
  uploadLimitBytes?: number | undefined;
  /** What machines with nothing of Meshdeck yet may fetch; left out, nothing. */
  joining?: JoinRouteParts;
}

const usualUploadLimitBytes = 64 * 1024 ** 3;
/** A connection that moves no byte for so long is dead; agents try again by themselves. */
const idleTimeoutMs = 120_000;

/** HTTPS for machines. Who they are is their key, proven in the TLS handshake, and nothing they say. */
export async function createAgentApi(parts: AgentApiParts): Promise<AgentApp> {
  const { services, logger, uploadLimitBytes = usualUploadLimitBytes } = parts;
  const app: AgentApp = fastify({
    https: {
      ...agentTls(parts.tls),
      handshakeTimeout: 20_000,
    },
    bodyLimit: 64 * 1024,
    exposeHeadRoutes: false,
    connectionTimeout: idleTimeoutMs,
    forceCloseConnections: true,
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(compilers.validatorCompiler);
  app.setSerializerCompiler(compilers.serializerCompiler);
  app.setErrorHandler(errorAnswers(logger));
  app.setNotFoundHandler((_request, reply) =>
    sendProblem(
      reply,
      problemOf(toFailure(new MeshdeckError('not-found', 'There is nothing here for machines.'))),
    ),
  );
  app.decorateRequest('peer');
  app.addHook('onRequest', async (request) => {
    if (request.routeOptions.config.forAnybody === true) return;
    request.peer = peerOf(request.raw.socket as TLSSocket);
  });

  helloRoute(app, services.pairing);
  pairingRoutes(app, services.pairing);
  if (parts.joining !== undefined) joinRoutes(app, parts.joining);
  await app.register(async (joined: AgentApp) => {
    joined.addHook('onRequest', async (request) => {
      if (services.pairing.isJoined(request.peer.fingerprint)) return;
      throw new MeshdeckError('forbidden', 'This machine has not joined the hub. Approve it there first.');
    });
    agentFileRoutes(joined, {
      files: services.files,
      readable: parts.readable ?? services.files,
      uploadLimitBytes,
    });
    unnamedResultRoutes(joined, { files: services.files, uploadLimitBytes });
  });
  await app.ready();
  return app;
}

function peerOf(socket: TLSSocket): AgentPeer {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) {
    throw new MeshdeckError(
      'unauthorized',
      'A machine must show its certificate here. Run meshdeck-node to join.',
    );
  }
  return {
    fingerprint: fingerprintOf(certificate.publicKey),
    address: socket.remoteAddress ?? '',
    certificate: certificate.raw,
  };
}
