import { jobs } from '../live/jobs.svelte.js';
import { nodes } from '../live/nodes.svelte.js';
import { sensors } from '../live/sensors.svelte.js';
import { paths } from '../router/routes.js';
import { router } from '../router/router.svelte.js';
import { session } from '../state/session.svelte.js';
import { theme } from '../state/theme.svelte.js';
import { jobStatus, nodeStatus } from '../labels/status.js';
import type { PaletteEntry } from './palette-search.js';
import { navItems } from './nav-items.js';

const jobsShown = 60;

/** Everything one can jump to or do from the palette, right now. */
export function paletteEntries(): PaletteEntry[] {
  const go = (path: string) => () => router.go(path);
  return [
    ...navItems
      .filter(({ needs }) => needs === undefined || session.may(needs))
      .map(({ path, label }) => ({ id: path, kind: 'Page', title: label, hint: '', run: go(path) })),
    ...nodes.joined.map((node) => ({
      id: `node ${node.id}`,
      kind: 'Machine',
      title: node.name,
      hint: nodeStatus(node).label,
      run: go(paths.machine(node.id)),
    })),
    ...jobs.newestFirst.slice(0, jobsShown).map((job) => ({
      id: `job ${job.id}`,
      kind: 'Job',
      title: job.name,
      hint: `${jobStatus(job.state).label} · ${job.id}`,
      run: go(paths.job(job.id)),
    })),
    ...sensors.byName.map((sensor) => ({
      id: `sensor ${sensor.id}`,
      kind: 'Sensor',
      title: sensor.name,
      hint: sensor.kind,
      run: go(paths.sensor(sensor.id)),
    })),
    ...(session.may('join-tokens.manage')
      ? [
          {
            id: 'add machine',
            kind: 'Command',
            title: 'Add machine',
            hint: 'join token',
            run: go('/machines?add=machine'),
          },
        ]
      : []),
    ...(session.may('sensors.manage')
      ? [
          {
            id: 'register',
            kind: 'Command',
            title: 'Register sensor',
            hint: '',
            run: go('/sensors?add=sensor'),
          },
        ]
      : []),
    {
      id: 'theme',
      kind: 'Command',
      title: theme.shown === 'dark' ? 'Use the light theme' : 'Use the dark theme',
      hint: 'colours',
      run: () => theme.toggle(),
    },
  ];
}
