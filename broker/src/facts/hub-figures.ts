import type { ComponentState } from '@meshdeck/shared';
import type { MetricFamily } from '../metric-family.js';

/** Faults of the hub's own; nothing where there was none. */
export function faultHealth(count: number): ComponentState[] {
  if (count === 0) return [];
  const times = count === 1 ? 'once' : `${count} times`;
  const message = `Something went wrong inside the hub ${times} since it started, and it went on. Its log has each with its stack ("unhandled rejection"); please report it.`;
  return [{ name: 'Internal faults', state: 'degraded', message }];
}

/** Of the hub's process, and which of its own parts run. */
export const hubMetrics = (states: readonly ComponentState[]): MetricFamily[] => [
  {
    name: 'service_up',
    type: 'gauge',
    help: "1 where one of the hub's own services runs.",
    samples: states.map(({ name, state }) => {
      return [`{service="${name.replace(/[\\"\n]/g, '_')}"}`, state === 'running' ? 1 : 0] as const;
    }),
  },
  {
    name: 'resident_memory_bytes',
    type: 'gauge',
    help: 'Memory the hub process holds.',
    samples: [['', process.memoryUsage.rss()]],
  },
  {
    name: 'uptime_seconds',
    type: 'gauge',
    help: 'Since the hub process started.',
    samples: [['', Math.round(process.uptime())]],
  },
];
