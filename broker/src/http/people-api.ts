import { createServer } from 'node:http';
import fastify, { type FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Logger } from 'pino';
import { createActivity, type Activity } from '../fairness/activity.js';
import { limitConnections, type trusted } from '../fairness/connections.js';
import { createLogTally } from '../fairness/log-tally.js';
import { createShares, type Shares } from '../fairness/shares.js';
import { createAnswerRates } from './answer-rates.js';
import type { FileOwners } from '../files/file-owners.js';
import { createUploadQuota } from '../files/upload-quota.js';
import { keepAudit } from './audit-trail.js';
import { bodyTimer, usualBodyBytes } from './body-limits.js';
import { createCallLimits, type CallLimits } from '../rate-limits/call-limits.js';
import { compilers } from './compilers.js';
import { peopleConnections, serverTimes } from './connection-limits.js';
import { callerOf, createAuthorizeHook } from './authorize-hook.js';
import type { PeopleApp } from './fastify.js';
import { isOverLan, requireOwnHost } from './origin-check.js';
import { acceptMqttSockets, type MqttSocketHandler } from './mqtt-socket.js';
import { registerOpenApi } from './openapi.js';
import { errorAnswers } from './problems.js';
import { readInPieces } from './read-in-pieces.js';
import { guardRequests } from './request-guard.js';
import { allow, requireRouteAccess } from './route-access.js';
import { addRoutes, type RouteDependencies } from './routes/index.js';
import { registerSecurityHeaders } from './security-headers.js';
import type { HttpsListener } from '../lan/index.js';
import type { People } from '../users/people.js';
import { registerStaticUi } from './static-ui.js';

/** All that the routes and their doors call, but what is made here. */
export type PeopleServices = Omit<RouteDependencies, 'quota' | 'lanUrl'> & {
  people: People;
  fileOwners: FileOwners;
};

export interface PeopleApiOptions {
  services: PeopleServices;
  logger: Logger;
  /** Folder of the built UI; without it only the API is served. */
  uiDir?: string | undefined;
  /** Largest upload, in bytes. */
  uploadLimitBytes?: number | undefined;
  handleMqttSocket: MqttSocketHandler;
  callLimits?: CallLimits | undefined;
  shares?: Shares | undefined;
  /** Hears of every call. */
  activity?: Activity | undefined;
  /** The way in from the network; left out, there is none. */
  lan?: Pick<HttpsListener, 'names' | 'isVouchedFor' | 'open'> | undefined;
}

/** Longer than the longest wait a call may ask for, 300 s; a connection that moves no byte for so long is dead. */
const idleTimeoutMs = 600_000;

const usualUploadLimitBytes = 64 * 1024 ** 3;

/**
 * HTTP for people and programs on the hub's own machine, and the same over TLS for the network by `lan`'s server. Call
 * `listen` on a loopback address; `close` ends every connection of both, open WebSockets included.
 */
export async function createPeopleApi(options: PeopleApiOptions): Promise<PeopleApp> {
  const { services, logger, uploadLimitBytes = usualUploadLimitBytes } = options;
  const lanNames = () => options.lan?.names() ?? [];
  const app: PeopleApp = fastify({
    bodyLimit: usualBodyBytes,
    serverFactory: (handle) =>
      createServer({ ...serverTimes, requestTimeout: 0 }, guardRequests(handle)).setTimeout(idleTimeoutMs),
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 300 },
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(compilers.validatorCompiler);
  app.setSerializerCompiler(compilers.serializerCompiler);
  app.setErrorHandler(errorAnswers(logger));
  app.decorateRequest('person', null);
  app.decorateRequest('reach', 'none');
  app.decorateRequest('auditTarget', null);
  app.decorateRequest('auditDetail', null);
  app.decorateRequest('auditStatus', null);
  app.decorateRequest('isSuspect', false);
  app.decorateRequest('readBytes', 0);
  app.decorateRequest('place', null);
  const tally = createLogTally(logger);
  readInPieces(app.server);
  const loopback = limitConnections(app.server, {
    limits: peopleConnections.loopback,
    door: 'people on this computer',
    tally,
  });
  const lan = options.lan?.open(guardRequests(app.routing));
  const belongsTo = ({ raw }: Pick<FastifyRequest, 'raw'>, caller: string | typeof trusted) =>
    (isOverLan(raw) ? lan?.connections : loopback)?.belongsTo(raw.socket, caller);
  const body = bodyTimer();
  app.addHook('preParsing', body.preParsing);
  app.addHook('preValidation', body.preValidation);
  app.addHook('onResponse', body.onResponse);
  app.addHook('onRequest', async (request) => requireOwnHost(request.raw, lanNames()));
  await registerSecurityHeaders(app, { isVouchedFor: () => options.lan?.isVouchedFor() ?? false });
  await registerOpenApi(app);

  const lanUrl = () => services.hubView().people?.urls[0] ?? null;
  const quota = createUploadQuota({
    limitsOf: services.people.limitsOf,
    fileOwners: services.fileOwners,
    mostBytes: uploadLimitBytes,
  });
  const identitySources = { access: services.access, people: services.people };
  await app.register(async (doors: PeopleApp) => {
    requireRouteAccess(doors);
    const answers = createAnswerRates();
    doors.addHook('onSend', (request, _reply, payload, done) => {
      if (typeof payload === 'string' || Buffer.isBuffer(payload)) {
        const bytes = payload.length + request.readBytes;
        if (request.person?.via !== 'token') answers.note(callerOf(request), bytes);
      }
      done(null, payload);
    });
    doors.addHook(
      'onRequest',
      createAuthorizeHook({
        ...identitySources,
        callLimits: options.callLimits ?? createCallLimits(),
        shares: options.shares ?? createShares(),
        answers,
        belongsTo,
        activity: options.activity ?? createActivity(),
      }),
    );
    doors.addHook('onRequest', async (_request, reply) => void reply.header('cache-control', 'no-store'));
    keepAudit(doors, services.audit);
    addRoutes(doors, { ...services, quota, lanUrl });
    // Made once: it is large, and stays the same.
    let description: string | undefined;
    doors.get(
      '/api/openapi.json',
      { config: allow('hub.read', { cost: 'heavy' }), schema: { hide: true } },
      async (_request, reply) => {
        description ??= JSON.stringify(app.swagger());
        return reply.type('application/json; charset=utf-8').send(description);
      },
    );
  });
  await registerStaticUi(app, options.uiDir);

  const endSockets = acceptMqttSockets({
    servers: [app.server, ...(lan === undefined ? [] : [lan.server])],
    lanNames,
    keepers: identitySources,
    logger,
    handle: options.handleMqttSocket,
    belongsTo,
  });
  app.addHook('preClose', async () => {
    endSockets();
    tally.stop();
    await lan?.close();
  });
  await app.ready();
  return app;
}
