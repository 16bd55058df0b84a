import { describe, expect, it } from 'vitest';
import { findDeepLink, parseDeepLink } from './deep-link.js';

describe('a deep link', () => {
  it.each([
    ['meshdeck://machines', '/machines'],
    ['meshdeck://machines/', '/machines'],
    ['meshdeck://jobs/4k2m9z1q0a', '/jobs/4k2m9z1q0a'],
    ['MESHDECK://Jobs/4k2m9z1q0a', '/jobs/4k2m9z1q0a'],
  ])('%s opens %s', (link, route) => {
    expect(parseDeepLink(link)).toBe(route);
  });

  it.each([
    'meshdeck://',
    'meshdeck://settings',
    'meshdeck:jobs',
    'https://jobs/1',
    'meshdeck://jobs/../../etc',
    'meshdeck://jobs/%2e%2e',
    'meshdeck://jobs/a?approve=1',
    'meshdeck://jobs/a#x',
    'meshdeck://jobs/<script>',
    'meshdeck://jobs//a',
    'meshdeck://jobs/a/b/c/d/e',
    `meshdeck://jobs/${'a'.repeat(400)}`,
  ])('%s opens nothing', (link) => {
    expect(parseDeepLink(link)).toBeUndefined();
  });

  it('is found among the arguments of a second start', () => {
    expect(findDeepLink(['/usr/bin/meshdeck', '--hidden', 'meshdeck://run'])).toBe('/run');
    expect(findDeepLink(['/usr/bin/meshdeck'])).toBeUndefined();
  });
});
