import { meshdeckVersion, type HubView, type ComponentState } from '@meshdeck/shared';
import type { HubConfig } from '../config/index.js';
import type { HubAddresses } from '../hub-addresses.js';
import type { HttpsListener } from '../lan/index.js';
import type { MetricFamily } from '../metric-family.js';
import type { HubModule } from '../module.js';

export interface Health {
  status: 'ok' | 'degraded';
  services: ComponentState[];
}

/** What the hub says of itself. */
export interface HubFacts {
  view(): HubView;
  health(): Health;
  metrics(): MetricFamily[];
}

/** Modules that people look at first, in this order; the others follow in the order of the list. */
const shownFirst = ['mqtt', 'lan', 'transport', 'stores', 'hub', 'jobs', 'series'];

function inShownOrder(modules: readonly HubModule[]): HubModule[] {
  const place = ({ name }: HubModule) =>
    shownFirst.includes(name) ? shownFirst.indexOf(name) : shownFirst.length;
  return [...modules].sort((a, b) => place(a) - place(b));
}

/** Put together of what each module of the hub says. */
export function createHubFacts(options: {
  config: HubConfig;
  hub: { id: string; name: string; fingerprint: string };
  addresses: HubAddresses;
  lan: Pick<HttpsListener, 'view'> | null;
  modules: readonly HubModule[];
  startedAt: number;
  now: () => number;
}): HubFacts {
  const { config, hub, addresses, lan, startedAt, now } = options;
  const modules = inShownOrder(options.modules);
  const states = (): ComponentState[] => modules.flatMap((module) => module.health?.() ?? []);
  return {
    view: () => ({
      id: hub.id,
      name: hub.name,
      version: meshdeckVersion,
      fingerprint: hub.fingerprint,
      startedAt,
      now: now(),
      ...addresses.urls(),
      people: lan?.view() ?? null,
      addresses: addresses.forMachines(),
      mdns: config.mdns,
      services: states(),
    }),
    health() {
      const services = states();
      const isDegraded = services.some(({ state }) => state === 'degraded');
      return { status: isDegraded ? 'degraded' : 'ok', services };
    },
    metrics: () => modules.flatMap((module) => module.metrics?.() ?? []),
  };
}
