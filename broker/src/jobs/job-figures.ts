import { jobStates, type ComponentState } from '@meshdeck/shared';
import type { DropCounts } from './attempts/duplicate-reports.js';
import type { JobApi } from './job-api.js';
import type { MetricFamily } from '../metric-family.js';

/** What was told twice or too late, in words. */
function droppedWords({ duplicates, late }: DropCounts): string {
  if (duplicates + late === 0) return 'Each counted once; none came twice or too late.';
  const parts = [
    ...(duplicates > 0 ? [`${duplicates} came twice`] : []),
    ...(late > 0 ? [`${late} came too late`] : []),
  ];
  return `Each counted once; since the hub started ${parts.join(' and ')} and ${duplicates + late === 1 ? 'was' : 'were'} dropped.`;
}

export const jobHealth = (jobs: Pick<JobApi, 'dropped'>): ComponentState[] => [
  { name: 'Job results', state: 'running', message: droppedWords(jobs.dropped()) },
];

export function jobMetrics(jobs: Pick<JobApi, 'counts' | 'dropped'>): MetricFamily[] {
  const { byState: counts, deadLetters } = jobs.counts();
  const { duplicates, late } = jobs.dropped();
  return [
    {
      name: 'jobs',
      type: 'gauge',
      help: 'Jobs on record by state.',
      samples: jobStates.map((state) => [`{state="${state}"}`, counts[state] ?? 0] as const),
    },
    {
      name: 'dead_letters',
      type: 'gauge',
      help: 'Failed jobs that nobody has dealt with.',
      samples: [['', deadLetters]],
    },
    {
      name: 'reports_dropped_total',
      type: 'counter',
      help: 'Reports on attempts that did not count, since the hub started.',
      samples: [
        ['{kind="duplicate"}', duplicates],
        ['{kind="late"}', late],
      ],
    },
  ];
}
