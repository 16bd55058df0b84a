import { createServer } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { MeshdeckError, toFailure } from '@meshdeck/shared';
import type { CallCost } from '@meshdeck/shared/api';
import fastify from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Logger } from 'pino';
import type { FileStore } from '../files/index.js';
import { limitConnections } from '../fairness/connections.js';
import { createLogTally } from '../fairness/log-tally.js';
import { createShares, usualShares } from '../fairness/shares.js';
import { agentTls } from '../identity/agent-tls.js';
import { fingerprintOf } from '../identity/peer.js';
import type { Pairing } from '../pairing/pairing.js';
import { bodyTimer, usualBodyBytes } from './body-limits.js';
import { compilers } from './compilers.js';
import { agentConnections, serverTimes } from './connection-limits.js';
import type { AgentPeer } from './agent-peer.js';
import type { AgentApp } from './fastify.js';
import { errorAnswers, problemOf, sendProblem } from './problems.js';
import { agentFileRoutes } from './routes/agent-files.js';
import { helloRoute } from './routes/agent-hello.js';
import { readInPieces } from './read-in-pieces.js';
import { guardRequests } from './request-guard.js';
import { joinRoutes, type JoinRouteDependencies } from './routes/join.js';
import { pairingRoutes } from './routes/agent-pairing.js';
import { unnamedResultRoutes } from './routes/unnamed-results.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The machine at the other end; set before any route of the agents' API runs, but those for anybody. */
    peer: AgentPeer;
  }
  interface FastifyContextConfig {
    /** Answered without a certificate, on the agents' API. */
    forAnybody?: boolean;
    /** What a machine's call takes of the hub; a moment where it is not said. */
    cost?: CallCost;
  }
}

export interface AgentApiOptions {
  services: {
    pairing: Pick<Pairing, 'start' | 'reveal' | 'watch' | 'hello' | 'isJoined'>;
    files: FileStore;
  };
  /** What machines may fetch, where that is more than what was uploaded. */
  readable?: Pick<FileStore, 'has' | 'size' | 'open'>;
  /** The hub's own key and certificate, PEM. */
  tls: { key: string; cert: string };
  logger: Logger;
  uploadLimitBytes?: number | undefined;
  /** What machines with nothing of Meshdeck yet may fetch; left out, nothing. */
  joining?: JoinRouteDependencies;
}

const usualUploadLimitBytes = 64 * 1024 ** 3;
/** A connection that moves no byte for so long is dead; agents try again by themselves. */
const idleTimeoutMs = 120_000;
/**
 * A machine of many slots fetches for each of them. Machines that have not joined have nothing but their address, which a
 * room of them may share.
 */
const shareLimits = {
  ...usualShares,
  light: { perCaller: 16, inAll: 500, line: 2000 },
  transfer: { perCaller: 32, inAll: 500, line: 200 },
  wait: { perCaller: 400, inAll: 5000, line: 0 },
};

/** HTTPS for machines. Who they are is their key, proven in the TLS handshake, and nothing they say. */
export async function createAgentApi(options: AgentApiOptions): Promise<AgentApp> {
  const { services, logger, uploadLimitBytes = usualUploadLimitBytes } = options;
  const app: AgentApp = fastify({
    serverFactory: (handle) =>
      createServer(
        { ...agentTls(options.tls), ...serverTimes, requestTimeout: 0, handshakeTimeout: 20_000 },
        guardRequests(handle),
      ).setTimeout(idleTimeoutMs),
    bodyLimit: usualBodyBytes,
    exposeHeadRoutes: false,
    forceCloseConnections: true,
  }).withTypeProvider<ZodTypeProvider>();
  const tally = createLogTally(logger);
  readInPieces(app.server);
  const connections = limitConnections(app.server, { limits: agentConnections, door: 'machines', tally });
  const shares = createShares(shareLimits);
  const body = bodyTimer();
  app.addHook('preParsing', body.preParsing);
  app.addHook('preValidation', body.preValidation);
  app.addHook('onResponse', body.onResponse);
  app.addHook('preClose', async () => tally.stop());
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
  app.addHook('onRequest', async (request, reply) => {
    const { forAnybody, cost = 'light' } = request.routeOptions.config;
    if (forAnybody !== true) request.peer = peerOf(request.raw.socket as TLSSocket);
    const isJoined = forAnybody !== true && services.pairing.isJoined(request.peer.fingerprint);
    const caller = isJoined ? `machine ${request.peer.fingerprint}` : `address ${request.ip}`;
    if (isJoined) connections.belongsTo(request.raw.socket, caller);
    const place = shares.enter(caller, cost);
    reply.raw.once('close', place.leave);
    if (place.turn !== null) await place.turn;
  });

  helloRoute(app, services.pairing);
  pairingRoutes(app, services.pairing);
  if (options.joining !== undefined) joinRoutes(app, options.joining);
  await app.register(async (joined: AgentApp) => {
    joined.addHook('onRequest', async (request) => {
      if (services.pairing.isJoined(request.peer.fingerprint)) return;
      throw new MeshdeckError('forbidden', 'This machine has not joined the hub. Approve it there first.');
    });
    agentFileRoutes(joined, {
      files: services.files,
      readable: options.readable ?? services.files,
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
