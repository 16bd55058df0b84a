import { expect, it } from 'vitest';
import {
  defaultRange,
  fromLocalInput,
  rangeFromQuery,
  rangeToQuery,
  spanAt,
  toLocalInput,
} from './time-range.js';

const query = (text: string) => new URLSearchParams(text);

it('reads a range from the address and writes it back', () => {
  for (const text of ['range=1h', 'range=7d', 'from=1000&to=2000']) {
    const range = rangeFromQuery(query(text));
    const written = Object.entries(rangeToQuery(range)).filter(([, value]) => value !== null);
    expect(written.map(([name, value]) => `${name}=${value}`).join('&')).toBe(text);
  }
});

it('falls back where the address makes no sense', () => {
  for (const text of ['', 'range=3y', 'from=5&to=5', 'from=x&to=2', 'to=9']) {
    expect(rangeFromQuery(query(text))).toEqual(defaultRange);
  }
});

it('moves a live span in steps and leaves a fixed one where it is', () => {
  const live = { kind: 'last', ms: 300_000 } as const;
  expect(spanAt(live, 10_000_100)).toEqual(spanAt(live, 10_000_900));
  expect(spanAt(live, 10_000_100).to - spanAt(live, 10_000_100).from).toBe(300_000);
  expect(spanAt({ kind: 'between', from: 1, to: 2 }, 99)).toEqual({ from: 1, to: 2 });
});

it('carries a time through a local input and back', () => {
  const ts = Date.UTC(2026, 3, 5, 6, 7, 8);
  expect(fromLocalInput(toLocalInput(ts))).toBe(ts);
  expect(fromLocalInput('')).toBeNull();
});
