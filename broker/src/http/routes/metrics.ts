import { jobStates } from '@meshdeck/shared';
import { contract } from '@meshdeck/shared/api';
import type { Health } from '../../hub-facts.js';
import type { JobServices } from '../../jobs/job-api.js';
import type { NodeServices } from '../../nodes/node-services.js';
import type { PeopleApp } from '../fastify.js';
import { serve } from '../serve.js';

export interface MetricsRouteDependencies {
  nodes: Pick<NodeServices, 'list'>;
  jobs: Pick<JobServices, 'counts' | 'dropped'>;
  health: () => Health;
  /** Readings taken in since the hub started. */
  readingsTotal: () => number;
}

/** One metric family in the Prometheus text format, version 0.0.4. */
function family(
  name: string,
  type: 'gauge' | 'counter',
  help: string,
  samples: readonly (readonly [labels: string, value: number])[],
): string {
  const lines = samples.map(([labels, value]) => `meshdeck_${name}${labels} ${value}`);
  return [`# HELP meshdeck_${name} ${help}`, `# TYPE meshdeck_${name} ${type}`, ...lines, ''].join('\n');
}

export function metricsText(dependencies: MetricsRouteDependencies): string {
  const joined = dependencies.nodes.list().filter(({ membership }) => membership === 'joined');
  const withPresence = (presence: string) => joined.filter((node) => node.presence === presence).length;
  const { byState: counts, deadLetters } = dependencies.jobs.counts();
  const dropped = dependencies.jobs.dropped();
  return [
    family('nodes', 'gauge', 'Joined machines by presence.', [
      ['{presence="active"}', withPresence('active')],
      ['{presence="lost"}', withPresence('lost')],
    ]),
    family('slots_busy', 'gauge', 'Slots at work on joined machines.', [
      ['', joined.reduce((sum, node) => sum + node.slotsBusy, 0)],
    ]),
    family(
      'jobs',
      'gauge',
      'Jobs on record by state.',
      jobStates.map((state) => [`{state="${state}"}`, counts[state] ?? 0] as const),
    ),
    family('dead_letters', 'gauge', 'Failed jobs that nobody has dealt with.', [['', deadLetters]]),
    family(
      'reports_dropped_total',
      'counter',
      'Reports on attempts that did not count, since the hub started.',
      [
        ['{kind="duplicate"}', dropped.duplicates],
        ['{kind="late"}', dropped.late],
      ],
    ),
    family('readings_total', 'counter', 'Readings taken in since the hub started.', [
      ['', dependencies.readingsTotal()],
    ]),
    family(
      'service_up',
      'gauge',
      "1 where one of the hub's own services runs.",
      dependencies.health().services.map(({ name, state }) => {
        return [`{service="${name.replace(/[\\"\n]/g, '_')}"}`, state === 'running' ? 1 : 0] as const;
      }),
    ),
    family('resident_memory_bytes', 'gauge', 'Memory the hub process holds.', [
      ['', process.memoryUsage.rss()],
    ]),
    family('uptime_seconds', 'gauge', 'Since the hub process started.', [['', Math.round(process.uptime())]]),
  ].join('');
}

/** Whoever asks more often hears the same. */
const freshMs = 1000;

export function metricsRoute(app: PeopleApp, dependencies: MetricsRouteDependencies): void {
  let text = '';
  let madeAt = -Infinity;

  serve(app, contract.hub.metrics, (_asked, _request, reply) => {
    if (performance.now() - madeAt > freshMs) {
      text = metricsText(dependencies);
      madeAt = performance.now();
    }
    return reply.type('text/plain; version=0.0.4; charset=utf-8').send(text);
  });
}
