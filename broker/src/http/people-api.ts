import fastify from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Logger } from 'pino';
import { createUploadQuota } from '../files/upload-quota.js';
import { keepAudit } from './audit-trail.js';
import { createCallLimits, type CallLimits } from './call-limits.js';
import { compilers } from './compilers.js';
import { keepDoors } from './doorkeeper.js';
import type { PeopleApp } from './fastify.js';
import { requireOwnHost } from './home-guard.js';
import { acceptMqttSockets } from './mqtt-socket.js';
import { registerOpenApi } from './openapi.js';
import { errorAnswers } from './problems.js';
import { allow, requireRouteAccess } from './route-access.js';
import { accountRoutes } from './routes/account.js';
import { appRoutes } from './routes/apps.js';
import { auditRoutes } from './routes/audit.js';
import { fileRoutes } from './routes/files.js';
import { healthRoute } from './routes/health.js';
import { hubRoutes } from './routes/hub.js';
import { checkRoutes } from './routes/checks.js';
import { deadLetterRoutes } from './routes/dead-letters.js';
import { jobResultRoutes } from './routes/job-results.js';
import { jobRoutes } from './routes/jobs.js';
import { invitationRoutes } from './routes/invitations.js';
import { joinTokenRoutes } from './routes/join-tokens.js';
import { keyRoutes } from './routes/keys.js';
import { metricsRoute } from './routes/metrics.js';
import { nodeRoutes } from './routes/nodes.js';
import { oidcRoutes } from './routes/oidc.js';
import { oneTimeLinkRoutes } from './routes/one-time-links.js';
import { peopleRoutes } from './routes/people.js';
import { sampleRoutes } from './routes/samples.js';
import { sensorRoutes } from './routes/sensors.js';
import { seriesRoutes } from './routes/series.js';
import { settingsRoutes } from './routes/settings.js';
import { signInRoutes } from './routes/sign-in.js';
import { modelRoutes } from './routes/models.js';
import { speedRoutes } from './routes/speeds.js';
import { registerSecurityHeaders } from './security-headers.js';
import type { LanDoor } from '../lan/index.js';
import type { HubServices, MqttSocketHandler } from './services.js';
import { registerStaticUi } from './static-ui.js';

export interface PeopleApiParts {
  services: HubServices;
  logger: Logger;
  /** Folder of the built UI; without it only the API is served. */
  uiDir?: string | undefined;
  /** Largest upload, in bytes. */
  uploadLimitBytes?: number | undefined;
  handleMqttSocket: MqttSocketHandler;
  callLimits?: CallLimits | undefined;
  /** The way in from the network; left out, there is none. */
  lan?: Pick<LanDoor, 'names' | 'isVouchedFor' | 'open'> | undefined;
}

/** More than any lab opens at once; a flood stops here. */
const mostConnections = 2000;

const usualUploadLimitBytes = 64 * 1024 ** 3;

/**
 * HTTP for people and programs on the hub's own machine, and the same over TLS for the network by `lan`'s server. Call
 * `listen` on a loopback address; `close` ends every connection of both, open WebSockets included.
 */
export async function createPeopleApi(parts: PeopleApiParts): Promise<PeopleApp> {
  const { services, logger, uploadLimitBytes = usualUploadLimitBytes } = parts;
  const lanNames = () => parts.lan?.names() ?? [];
  const app: PeopleApp = fastify({
    bodyLimit: 1024 * 1024,
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
  app.server.maxConnections = mostConnections;
  app.addHook('onRequest', async (request) => requireOwnHost(request.raw, lanNames()));
  await registerSecurityHeaders(app, { isVouchedFor: () => parts.lan?.isVouchedFor() ?? false });
  await registerOpenApi(app);

  const lanUrl = () => services.hubView().people?.urls[0] ?? null;
  const quota = createUploadQuota({
    limitsOf: services.people.limitsOf,
    claims: services.claims,
    mostBytes: uploadLimitBytes,
  });
  const keepers = { access: services.access, people: services.people };
  await app.register(async (doors: PeopleApp) => {
    requireRouteAccess(doors);
    doors.addHook('onRequest', keepDoors({ ...keepers, callLimits: parts.callLimits ?? createCallLimits() }));
    doors.addHook('onRequest', async (_request, reply) => void reply.header('cache-control', 'no-store'));
    keepAudit(doors, services.audit);
    healthRoute(doors, services);
    signInRoutes(doors, services);
    oneTimeLinkRoutes(doors, services);
    oidcRoutes(doors, services);
    accountRoutes(doors, services);
    keyRoutes(doors, services.people.keys);
    peopleRoutes(doors, services.people, lanUrl);
    invitationRoutes(doors, services.people.admin, lanUrl);
    settingsRoutes(doors, services.people.settings);
    auditRoutes(doors, services.audit);
    metricsRoute(doors, services);
    hubRoutes(doors, services);
    nodeRoutes(doors, services);
    joinTokenRoutes(doors, services.joinTokens);
    jobRoutes(doors, services.jobs);
    checkRoutes(doors, services.checks);
    modelRoutes(doors, services.models);
    speedRoutes(doors, services.speeds);
    deadLetterRoutes(doors, services.deadLetters);
    sampleRoutes(doors, services);
    jobResultRoutes(doors, services);
    sensorRoutes(doors, services.sensors);
    seriesRoutes(doors, services);
    await fileRoutes(doors, { ...services, quota });
    await appRoutes(doors, { ...services, quota });
    doors.get('/api/openapi.json', { config: allow('hub.read'), schema: { hide: true } }, async () =>
      app.swagger(),
    );
  });
  await registerStaticUi(app, parts.uiDir);

  const lan = parts.lan?.open(app.routing);
  const endSockets = acceptMqttSockets({
    servers: [app.server, ...(lan === undefined ? [] : [lan.server])],
    lanNames,
    keepers,
    logger,
    handle: parts.handleMqttSocket,
  });
  app.addHook('preClose', async () => {
    endSockets();
    await lan?.close();
  });
  await app.ready();
  return app;
}
