import { expect, it } from 'vitest';
import { bounds, byteAxis, timeTicks, valueAt } from './axis.js';

const gibibyte = 1024 ** 3;

it('puts the ticks of a byte axis on round binary numbers', () => {
  const axis = byteAxis(3.1 * gibibyte, 9.7 * gibibyte);
  expect(axis).toEqual({ min: 2 * gibibyte, max: 10 * gibibyte, step: 2 * gibibyte });
  const flat = byteAxis(5 * gibibyte, 5 * gibibyte);
  expect(flat.max).toBeGreaterThan(5 * gibibyte);
  expect(flat.min).toBeLessThanOrEqual(5 * gibibyte);
});

it('finds the bounds inside the span only', () => {
  const line = [
    [1, 100],
    [5, 3],
    [6, 4],
  ] as const;
  expect(bounds([line], 4, 9)).toEqual({ low: 3, high: 4 });
  expect(bounds([line], 20, 30)).toBeNull();
});

it('reads the value nearest to a time, within reach', () => {
  const line = [
    [10, 1],
    [20, 2],
    [90, 9],
  ] as const;
  expect(valueAt(line, 13, 10)).toBe(1);
  expect(valueAt(line, 16, 10)).toBe(2);
  expect(valueAt(line, 55, 10)).toBeNull();
  expect(valueAt(line, 500, 1000)).toBe(9);
  expect(valueAt([], 1, 10)).toBeNull();
});

it('puts ticks at round local times, as many as there is room for', () => {
  const midnight = Date.UTC(2026, 10, 21);
  const minute = 60_000;
  const short = timeTicks(midnight + 5000, midnight + 5 * minute + 5000, 500, 0);
  expect(short.unit).toBe('minute');
  expect(short.ticks.map((ts) => (ts - midnight) / minute)).toEqual([1, 2, 3, 4, 5]);
  const ahead = 90 * minute;
  const long = timeTicks(midnight, midnight + 1440 * minute, 500, ahead);
  expect(long.ticks.map((ts) => ((ts + ahead - midnight) / minute / 60) % 6)).toEqual([0, 0, 0, 0]);
  for (const days of [7, 90, 3000]) {
    const { ticks } = timeTicks(midnight, midnight + days * 1440 * minute, 500, ahead);
    expect(ticks.length).toBeGreaterThan(0);
    expect(ticks.length).toBeLessThanOrEqual(8);
  }
});
