import fastify from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Logger } from 'pino';
import { requirePerson } from './authentication.js';
import { compilers } from './compilers.js';
import type { PeopleApp } from './fastify.js';
import { requireOwnHost } from './home-guard.js';
import { acceptMqttSockets } from './mqtt-socket.js';
import { registerOpenApi } from './openapi.js';
import { errorAnswers } from './problems.js';
import { appRoutes } from './routes/apps.js';
import { fileRoutes } from './routes/files.js';
import { healthRoute } from './routes/health.js';
import { hubRoutes } from './routes/hub.js';
import { deadLetterRoutes } from './routes/dead-letters.js';
import { jobRoutes } from './routes/jobs.js';
import { joinTokenRoutes } from './routes/join-tokens.js';
import { loginRoute } from './routes/login.js';
import { metricsRoute } from './routes/metrics.js';
import { nodeRoutes } from './routes/nodes.js';
import { sampleRoutes } from './routes/samples.js';
import { sensorRoutes } from './routes/sensors.js';
import { seriesRoutes } from './routes/series.js';
import { speedRoutes } from './routes/speeds.js';
import { registerSecurityHeaders } from './security-headers.js';
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
}

const usualUploadLimitBytes = 64 * 1024 ** 3;

/**
 * HTTP for people and programs on the hub's own machine. Call `listen` on a loopback address; `close` ends every
 * connection, open WebSockets included.
 */
export async function createPeopleApi(parts: PeopleApiParts): Promise<PeopleApp> {
  const { services, logger, uploadLimitBytes = usualUploadLimitBytes } = parts;
  const app: PeopleApp = fastify({
    bodyLimit: 1024 * 1024,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 200 },
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(compilers.validatorCompiler);
  app.setSerializerCompiler(compilers.serializerCompiler);
  app.setErrorHandler(errorAnswers(logger));
  app.decorateRequest('person', null);
  app.addHook('onRequest', async (request) => requireOwnHost(request.raw));
  await registerSecurityHeaders(app);
  await registerOpenApi(app);

  healthRoute(app, services);
  loginRoute(app, services.access);
  await app.register(async (guarded: PeopleApp) => {
    guarded.addHook('onRequest', requirePerson(services.access));
    guarded.addHook('onRequest', async (_request, reply) => void reply.header('cache-control', 'no-store'));
    metricsRoute(guarded, services);
    hubRoutes(guarded, services);
    nodeRoutes(guarded, services.nodes);
    joinTokenRoutes(guarded, services.joinTokens);
    jobRoutes(guarded, services.jobs);
    speedRoutes(guarded, services.speeds);
    deadLetterRoutes(guarded, services.deadLetters);
    sampleRoutes(guarded, services.samples);
    sensorRoutes(guarded, services.sensors);
    seriesRoutes(guarded, services);
    await fileRoutes(guarded, { files: services.files, uploadLimitBytes });
    await appRoutes(guarded, { apps: services.apps, uploadLimitBytes });
    guarded.get('/api/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  });
  await registerStaticUi(app, parts.uiDir);

  const endSockets = acceptMqttSockets({
    server: app.server,
    access: services.access,
    logger,
    handle: parts.handleMqttSocket,
  });
  app.addHook('preClose', async () => endSockets());
  await app.ready();
  return app;
}
