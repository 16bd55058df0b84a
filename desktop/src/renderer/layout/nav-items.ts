import type { Action } from '@meshdeck/shared';
import Boxes from '@lucide/svelte/icons/boxes';
import ListChecks from '@lucide/svelte/icons/list-checks';
import Play from '@lucide/svelte/icons/play';
import RadioTower from '@lucide/svelte/icons/radio-tower';
import Server from '@lucide/svelte/icons/server';
import ScrollText from '@lucide/svelte/icons/scroll-text';
import Settings from '@lucide/svelte/icons/settings';
import UserRound from '@lucide/svelte/icons/user-round';
import Users from '@lucide/svelte/icons/users';
import type { Route } from '../router/routes.js';

/** The sidebar, top to bottom. `pages` are the routes for which the item is the current one. */
export const navItems: readonly {
  path: string;
  label: string;
  icon: typeof Server;
  pages: readonly Route['page'][];
  /** The action one must be allowed to do to be there. */
  needs?: Action;
  /** Found in the menu of the person: not on a phone's bar, or on none. */
  sidebar?: 'wide' | 'never';
}[] = [
  { path: '/machines', label: 'Machines', icon: Server, pages: ['machines', 'machine'] },
  { path: '/run', label: 'Run', icon: Play, pages: ['run'] },
  { path: '/jobs', label: 'Jobs', icon: ListChecks, pages: ['jobs', 'job', 'sweep', 'dead-letters'] },
  { path: '/apps', label: 'Apps', icon: Boxes, pages: ['apps', 'app'] },
  { path: '/sensors', label: 'Sensors', icon: RadioTower, pages: ['sensors', 'sensor'] },
  { path: '/people', label: 'People', icon: Users, pages: ['people'], needs: 'people.read', sidebar: 'wide' },
  {
    path: '/audit',
    label: 'Audit',
    icon: ScrollText,
    pages: ['audit'],
    needs: 'audit.read',
    sidebar: 'wide',
  },
  { path: '/settings', label: 'Settings', icon: Settings, pages: ['settings'] },
  { path: '/account', label: 'Account', icon: UserRound, pages: ['account'], sidebar: 'never' },
];
