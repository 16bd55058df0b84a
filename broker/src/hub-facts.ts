import {
  meshdeckVersion,
  metricUnits,
  type HubReady,
  type HubView,
  type ComponentState,
} from '@meshdeck/shared';
import type { HubConfig } from './config/index.js';
import type { DropCounts } from './jobs/attempts/duplicate-reports.js';
import { lanState, type HttpsListener } from './lan/index.js';
import { hubAddresses, lanAddresses, urlHost } from './listening-addresses.js';
import type { SeriesState } from './series/types.js';

export interface Health {
  status: 'ok' | 'degraded';
  services: ComponentState[];
}

export interface Ports {
  http: number;
  tls: number;
  mqtt: number;
  sensors: number;
}

/** What was told twice or too late, in words. */
export function droppedWords({ duplicates, late }: DropCounts): string {
  if (duplicates + late === 0) return 'Each counted once; none came twice or too late.';
  const parts = [
    ...(duplicates > 0 ? [`${duplicates} came twice`] : []),
    ...(late > 0 ? [`${late} came too late`] : []),
  ];
  return `Each counted once; since the hub started ${parts.join(' and ')} and ${duplicates + late === 1 ? 'was' : 'were'} dropped.`;
}

/** Nothing where there was none. */
function faultState(count: number): ComponentState[] {
  if (count === 0) return [];
  const times = count === 1 ? 'once' : `${count} times`;
  const message = `Something went wrong inside the hub ${times} since it started, and it went on. Its log has each with its stack ("unhandled rejection"); please report it.`;
  return [{ name: 'Internal faults', state: 'degraded', message }];
}

/** What the hub says of itself. */
export function hubFacts(options: {
  config: HubConfig;
  hub: { id: string; name: string; fingerprint: string };
  ports: Ports;
  startedAt: number;
  now: () => number;
  series: () => SeriesState;
  mdnsInterfaces: () => string[];
  /** Null where jobs are routed by the hub's own MQTT. */
  jobRouting: () => ComponentState | null;
  /** The files of documents: what was damaged at the start, and whether there is room. */
  documents: () => ComponentState;
  /** Faults of the hub's own, since its process started. */
  unhandledRejections: () => number;
  /** Since the hub started. */
  droppedReports: () => DropCounts;
  sensorUnit: (sensorId: string, key: string) => string;
  /** People's door to the network; null where it is shut. */
  lan: () => Pick<HttpsListener, 'view' | 'state'> | null;
}) {
  const { config, hub, ports, now } = options;

  function urls(): Pick<HubReady, 'url' | 'tls' | 'mqtt' | 'sensors' | 'people'> {
    const people = options.lan()?.view().urls[0];
    const host = urlHost(lanAddresses(config)[0] ?? '127.0.0.1');
    return {
      url: `http://${urlHost(config.host)}:${ports.http}`,
      tls: `https://${host}:${ports.tls}`,
      mqtt: `mqtts://${host}:${ports.mqtt}`,
      sensors: `mqtt://${host}:${ports.sensors}`,
      ...(people !== undefined && { people }),
    };
  }

  function services(): ComponentState[] {
    const series = options.series();
    const interfaces = options.mdnsInterfaces();
    const jobRouting = options.jobRouting();
    return [
      { name: 'Machines (MQTT over TLS)', state: 'running', message: `Port ${ports.mqtt}` },
      { name: 'Sensors (MQTT)', state: 'running', message: `Port ${ports.sensors}` },
      options.lan()?.state() ?? lanState(0, null),
      ...(jobRouting === null ? [] : [jobRouting]),
      options.documents(),
      ...faultState(options.unhandledRejections()),
      { name: 'Job results', state: 'running', message: droppedWords(options.droppedReports()) },
      {
        name: 'Series store',
        state: series.status === 'ready' ? 'running' : series.status,
        message: series.problem?.message ?? null,
      },
      config.mdns
        ? {
            name: 'Discovery (mDNS)',
            state: interfaces.length > 0 ? 'running' : 'degraded',
            message:
              interfaces.length > 0
                ? `On ${interfaces.join(', ')}`
                : 'No network interface to announce on. Machines need the hub address or a join token.',
          }
        : { name: 'Discovery (mDNS)', state: 'stopped', message: 'Turned off by --no-mdns.' },
    ];
  }

  return {
    urls,
    view: (): HubView => ({
      id: hub.id,
      name: hub.name,
      version: meshdeckVersion,
      fingerprint: hub.fingerprint,
      startedAt: options.startedAt,
      now: now(),
      ...urls(),
      people: options.lan()?.view() ?? null,
      addresses: hubAddresses(config, ports.tls),
      mdns: config.mdns,
      services: services(),
    }),
    health: (): Health => {
      const states = services();
      return {
        status: states.some(({ state }) => state === 'degraded') ? 'degraded' : 'ok',
        services: states,
      };
    },
    unitOf: (source: string, key: string): string => {
      const [kind, id = ''] = source.split(':');
      if (kind === 'sensor') return options.sensorUnit(id, key);
      return Object.hasOwn(metricUnits, key) ? metricUnits[key as keyof typeof metricUnits] : '';
    },
  };
}
