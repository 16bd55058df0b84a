import type { JobId } from '@meshdeck/shared';

/** Every place in the UI. */
export type Route =
  | { page: 'machines' }
  | { page: 'machine'; id: string }
  | { page: 'run' }
  | { page: 'jobs' }
  | { page: 'job'; id: string }
  | { page: 'sweep'; id: string }
  | { page: 'dead-letters' }
  | { page: 'apps' }
  | { page: 'app'; id: string }
  | { page: 'sensors' }
  | { page: 'sensor'; id: string }
  | { page: 'settings' }
  | { page: 'people' }
  | { page: 'audit' }
  | { page: 'account' }
  | { page: 'login' }
  | { page: 'welcome' }
  | { page: 'register' }
  | { page: 'first-admin' }
  | { page: 'not-found'; path: string };

const lists = {
  machines: 'machines',
  run: 'run',
  jobs: 'jobs',
  'dead-letters': 'dead-letters',
  apps: 'apps',
  sensors: 'sensors',
  settings: 'settings',
  people: 'people',
  audit: 'audit',
  account: 'account',
  login: 'login',
  welcome: 'welcome',
  register: 'register',
  'first-admin': 'first-admin',
} as const;
const items = { apps: 'app', machines: 'machine', jobs: 'job', sweeps: 'sweep', sensors: 'sensor' } as const;

const has = <T extends object>(record: T, key: string): key is Extract<keyof T, string> =>
  Object.hasOwn(record, key);

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** The place a path names; `/` is the machines page. A slash at the end changes nothing. */
export function parseRoute(path: string): Route {
  const [place, id, ...rest] = path
    .split('/')
    .filter((segment) => segment !== '')
    .map(decode);
  if (place === undefined) return { page: 'machines' };
  if (rest.length === 0) {
    if (id === undefined && has(lists, place)) return { page: lists[place] };
    if (id !== undefined && has(items, place)) return { page: items[place], id };
  }
  return { page: 'not-found', path };
}

/** Paths that have to be asked of the hub; a click on them is none of the router's business. */
export function isHubPath(path: string): boolean {
  return /^\/(api|login|metrics|healthz|mqtt)(\/|$|\?)/.test(path);
}

/** A place put after `#`, as the desktop shell hands over deep links; null where the hash is none. */
export function routeInHash(hash: string): string | null {
  return /^#\/[A-Za-z0-9/_.-]*$/.test(hash) ? hash.slice(1) : null;
}

export const paths = {
  machine: (id: string) => `/machines/${encodeURIComponent(id)}`,
  job: (id: string) => `/jobs/${encodeURIComponent(id)}`,
  sweep: (id: string) => `/sweeps/${encodeURIComponent(id)}`,
  sensor: (id: string) => `/sensors/${encodeURIComponent(id)}`,
  app: (name: string) => `/apps/${encodeURIComponent(name)}`,
  jobsOn: (machine: string) => `/jobs?machine=${encodeURIComponent(machine)}`,
  jobsOf: (app: string) => `/jobs?app=${encodeURIComponent(app)}`,
  runLike: (jobId: JobId) => `/run?like=${encodeURIComponent(jobId)}`,
  runApp: (name: string) => `/run?app=${encodeURIComponent(name)}`,
} as const;
