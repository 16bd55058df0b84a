import type { HubConfig } from '../config/index.js';
import { healthRoute } from '../http/routes/health.js';
import { hubRoutes } from '../http/routes/hub.js';
import { metricsRoute } from '../http/routes/metrics.js';
import type { HubAddresses } from '../hub-addresses.js';
import type { HttpsListener } from '../lan/index.js';
import type { HubModule } from '../module.js';
import type { LocalAccess } from '../users/index.js';
import { createHubFacts, type HubFacts } from './hub-facts.js';
import { faultHealth, hubMetrics } from './hub-figures.js';

/** The hub about itself: its page, `/healthz` and `/metrics`, put together of what each module says. */
export function createFactsModule(options: {
  config: HubConfig;
  hub: { id: string; name: string; fingerprint: string };
  addresses: HubAddresses;
  lan: Pick<HttpsListener, 'view'> | null;
  access: Pick<LocalAccess, 'createLink'>;
  /** How many promises were rejected and nobody took it, since the process started. */
  unhandledRejections: () => number;
  startedAt: number;
  now: () => number;
}): HubModule {
  let facts: HubFacts = createHubFacts({ ...options, modules: [] });
  return {
    name: 'hub',
    routes(app) {
      healthRoute(app, { health: () => facts.health() });
      metricsRoute(app, { metrics: () => facts.metrics() });
      hubRoutes(app, { hubView: () => facts.view(), access: options.access });
    },
    health: () => faultHealth(options.unhandledRejections()),
    metrics: () => hubMetrics(facts.health().services),
    start(modules) {
      facts = createHubFacts({ ...options, modules });
    },
  };
}
