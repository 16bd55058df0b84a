import { createServer } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { MeshdeckError, toFailure } from '@meshdeck/shared';
import type { CallCost } from '@meshdeck/shared/api';
import fastify from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Logger } from 'pino';
import { limitConnections } from '../fairness/connections.js';
import { createLogTally } from '../fairness/log-tally.js';
import { createShares, usualShares } from '../fairness/shares.js';
import { agentTls } from '../identity/agent-tls.js';
import { fingerprintOf } from '../identity/peer.js';
import { bodyTimer, usualBodyBytes } from './body-limits.js';
import { compilers } from './compilers.js';
import { agentConnections, serverTimes } from './connection-limits.js';
import type { AgentPeer } from './agent-peer.js';
import type { AgentApp } from './fastify.js';
import type { AgentRoutes } from './module-routes.js';
import { errorAnswers, problemOf, sendProblem } from './problems.js';
import { readInPieces } from './read-in-pieces.js';
import { guardRequests } from './request-guard.js';

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
  /** Whether the machine with this key belongs to the hub. */
  isJoined: (fingerprint: string) => boolean;
  /** What each module of the hub serves to machines. */
  routes: readonly AgentRoutes[];
  /** The hub's own key and certificate, PEM. */
  tls: { key: string; cert: string };
  logger: Logger;
}

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
  const { isJoined, routes, logger } = options;
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
    const isIn = forAnybody !== true && isJoined(request.peer.fingerprint);
    const caller = isIn ? `machine ${request.peer.fingerprint}` : `address ${request.ip}`;
    if (isIn) connections.belongsTo(request.raw.socket, caller);
    const place = shares.enter(caller, cost);
    reply.raw.once('close', place.leave);
    if (place.turn !== null) await place.turn;
  });

  for (const { open } of routes) open?.(app);
  await app.register(async (joined: AgentApp) => {
    joined.addHook('onRequest', async (request) => {
      if (isJoined(request.peer.fingerprint)) return;
      throw new MeshdeckError('forbidden', 'This machine has not joined the hub. Approve it there first.');
    });
    for (const route of routes) route.joined?.(joined);
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
