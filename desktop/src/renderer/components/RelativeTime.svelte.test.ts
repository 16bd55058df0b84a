import { flushSync } from 'svelte';
import { beforeEach, expect, it } from 'vitest';
import { clock } from '../state/clock.svelte.js';
import { render } from '../testing/render.svelte.js';
import Duration from './Duration.svelte';
import RelativeTime from './RelativeTime.svelte';

const minute = 60_000;
const now = Date.UTC(2026, 4, 1, 12);
beforeEach(() => {
  clock.now = now;
});
const time = (target: HTMLElement) => target.querySelector('time');

it('says how long ago it was, and the moment itself to machines and on hover', () => {
  const { target } = render(RelativeTime, { ts: now - 5 * minute });
  expect(target.textContent).toBe('5 min ago');
  expect(time(target)?.dateTime).toBe('2026-05-01T11:55:00.000Z');
  expect(time(target)?.title).toMatch(/2026/);
});

it('grows older with the clock of the page', () => {
  const { target } = render(RelativeTime, { ts: now - 5 * minute });
  clock.now = now + 55 * minute;
  flushSync();
  expect(target.textContent).toBe('1 h ago');
});

it('says so in words where it never was', () => {
  expect(render(RelativeTime, { ts: null }).target.textContent).toBe('never');
  expect(render(RelativeTime, { ts: null, never: 'not yet' }).target.textContent).toBe('not yet');
});

it('tells a duration since a moment, that has just begun as well', () => {
  const { target } = render(Duration, { since: now - 90 * minute });
  expect(target.textContent.trim()).toMatch(/^for 1 h/);
  expect(time(target)?.title).toMatch(/^since .*2026/);
  expect(render(Duration, { since: now }).target.textContent.trim()).toBe('since just now');
});
