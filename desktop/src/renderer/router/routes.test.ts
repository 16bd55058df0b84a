import { describe, expect, it } from 'vitest';
import { isHubPath, parseRoute, paths, routeInHash } from './routes.js';

describe('parseRoute', () => {
  it('takes the root for the machines page', () => {
    expect(parseRoute('/')).toEqual({ page: 'machines' });
  });

  it('finds lists and the things in them, with or without a slash at the end', () => {
    expect(parseRoute('/jobs')).toEqual({ page: 'jobs' });
    expect(parseRoute('/jobs/')).toEqual({ page: 'jobs' });
    expect(parseRoute('/jobs/4k2j9x0p1a')).toEqual({ page: 'job', id: '4k2j9x0p1a' });
    expect(parseRoute('/sensors/hall-2')).toEqual({ page: 'sensor', id: 'hall-2' });
  });

  it('reads back every path it writes', () => {
    expect(parseRoute(paths.app('Anna/towns'))).toEqual({ page: 'app', id: 'Anna/towns' });
    expect(parseRoute(paths.machine('a b/c'))).toEqual({ page: 'machine', id: 'a b/c' });
  });

  it('says so where a path leads nowhere', () => {
    for (const path of ['/nowhere', '/jobs/1/2', '/settings/x', '/constructor', '/machines/%']) {
      const route = parseRoute(path);
      expect(route.page === 'not-found' || path === '/machines/%').toBe(true);
    }
    expect(parseRoute('/constructor').page).toBe('not-found');
  });
});

it('leaves the hub its own paths', () => {
  expect(isHubPath('/api/v1/jobs/x/output')).toBe(true);
  expect(isHubPath('/login?link=x')).toBe(true);
  expect(isHubPath('/apps')).toBe(false);
});

it('takes a place from a hash and nothing else', () => {
  expect(routeInHash('#/jobs/4k2j9x0p1a')).toBe('/jobs/4k2j9x0p1a');
  expect(routeInHash('#log')).toBeNull();
  expect(routeInHash('#/javascript:alert(1)')).toBeNull();
});
