import Boxes from '@lucide/svelte/icons/boxes';
import ListChecks from '@lucide/svelte/icons/list-checks';
import Play from '@lucide/svelte/icons/play';
import RadioTower from '@lucide/svelte/icons/radio-tower';
import Server from '@lucide/svelte/icons/server';
import Settings from '@lucide/svelte/icons/settings';
import type { Route } from '../router/routes.js';

/** The rail, top to bottom. `pages` are the routes that count as being in the place. */
export const places: readonly {
  path: string;
  word: string;
  icon: typeof Server;
  pages: readonly Route['page'][];
}[] = [
  { path: '/machines', word: 'Machines', icon: Server, pages: ['machines', 'machine'] },
  { path: '/run', word: 'Run', icon: Play, pages: ['run'] },
  { path: '/jobs', word: 'Jobs', icon: ListChecks, pages: ['jobs', 'job', 'dead-letters'] },
  { path: '/apps', word: 'Apps', icon: Boxes, pages: ['apps'] },
  { path: '/sensors', word: 'Sensors', icon: RadioTower, pages: ['sensors', 'sensor'] },
  { path: '/settings', word: 'Settings', icon: Settings, pages: ['settings'] },
];
