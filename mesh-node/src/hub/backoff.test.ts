import { expect, it } from 'vitest';
import { createBackoff } from './backoff.js';

it('tries four times a second for half a minute, then ever more rarely, at most every 5 s', () => {
  let now = 0;
  const backoff = createBackoff({ now: () => now, random: () => 0.5 });
  const waits: number[] = [];
  while (now < 120_000) {
    const wait = backoff.nextMs();
    waits.push(wait);
    now += wait;
  }
  expect(waits.slice(0, 120).every((wait) => wait === 250)).toBe(true);
  expect(waits.slice(121, 126)).toEqual([500, 1000, 2000, 4000, 5000]);
  expect(Math.max(...waits)).toBe(5000);
  backoff.reset();
  expect(backoff.nextMs()).toBe(250);
});

it('spreads a room of agents over half of each wait', () => {
  expect(createBackoff({ random: () => 0 }).nextMs()).toBe(187.5);
  expect(createBackoff({ random: () => 1 }).nextMs()).toBe(312.5);
});
