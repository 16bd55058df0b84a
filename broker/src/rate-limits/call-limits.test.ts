import { describe, expect, it } from 'vitest';
import { localPerson } from '../users/local-access.js';
import { createCallLimits } from './call-limits.js';

const caller = (id: string) => ({ ...localPerson('link', null), id });

describe('how often one may call', () => {
  it('counts each person and each strange address by itself, and tells how long to wait', () => {
    let now = 1_000;
    const limits = createCallLimits({ person: 2, stranger: 1 }, () => now);
    const [ada, bob] = [caller('ada'), caller('bob')];
    expect([limits.take(ada, 'x'), limits.take(ada, 'x')]).toEqual([0, 0]);
    now += 4_000;
    expect(limits.take(ada, 'y')).toBe(6_000);
    expect(limits.take(bob, 'x')).toBe(0);
    expect(limits.take(null, 'x')).toBe(0);
    expect(limits.take(null, 'x')).toBe(10_000);
    expect(limits.take(null, 'y')).toBe(0);
    now += 6_000;
    expect(limits.take(ada, 'x')).toBe(0);
    expect(limits.take(null, 'x')).toBe(4_000);
  });

  it('counts the calls of a key apart from those of its person', () => {
    const limits = createCallLimits({ person: 1, stranger: 1 }, () => 0);
    expect(limits.take({ ...caller('ada'), keyId: 'k1', via: 'key' }, 'x')).toBe(0);
    expect(limits.take(caller('ada'), 'x')).toBe(0);
    expect(limits.take({ ...caller('ada'), keyId: 'k1', via: 'key' }, 'x')).toBeGreaterThan(0);
  });

  it('never slows the private token', () => {
    const limits = createCallLimits({ person: 0, stranger: 0 }, () => 0);
    expect(limits.take(localPerson('token', null), 'x')).toBe(0);
  });
});
