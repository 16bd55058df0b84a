import type { PeopleApp } from '../fastify.js';
import { accountRoutes } from './account.js';
import { appRoutes } from './apps.js';
import { auditRoutes } from './audit.js';
import { checkRoutes } from './checks.js';
import { deadLetterRoutes } from './dead-letters.js';
import { fileRoutes } from './files.js';
import { healthRoute } from './health.js';
import { hubRoutes } from './hub.js';
import { invitationRoutes } from './invitations.js';
import { jobResultRoutes } from './job-results.js';
import { jobRoutes } from './jobs.js';
import { joinTokenRoutes } from './join-tokens.js';
import { keyRoutes } from './keys.js';
import { metricsRoute } from './metrics.js';
import { modelRoutes } from './models.js';
import { nodeRoutes } from './nodes.js';
import { oidcRoutes } from './oidc.js';
import { oneTimeLinkRoutes } from './one-time-links.js';
import { peopleRoutes } from './people.js';
import { sampleRoutes } from './samples.js';
import { sensorRoutes } from './sensors.js';
import { seriesRoutes } from './series.js';
import { settingsRoutes } from './settings.js';
import { signInRoutes } from './sign-in.js';
import { speedRoutes } from './speeds.js';

const everyRoute = [
  healthRoute,
  signInRoutes,
  oneTimeLinkRoutes,
  oidcRoutes,
  accountRoutes,
  keyRoutes,
  peopleRoutes,
  invitationRoutes,
  settingsRoutes,
  auditRoutes,
  metricsRoute,
  hubRoutes,
  nodeRoutes,
  joinTokenRoutes,
  jobRoutes,
  checkRoutes,
  modelRoutes,
  speedRoutes,
  deadLetterRoutes,
  sampleRoutes,
  jobResultRoutes,
  sensorRoutes,
  seriesRoutes,
  fileRoutes,
  appRoutes,
] as const;

/** All that the routes call: what each of them asks for, together. */
export type RouteDependencies = (typeof everyRoute)[number] extends (
  app: PeopleApp,
  dependencies: infer Dependencies,
) => void
  ? Dependencies
  : never;

export function addRoutes(app: PeopleApp, dependencies: RouteDependencies): void {
  for (const add of everyRoute) add(app, dependencies);
}
