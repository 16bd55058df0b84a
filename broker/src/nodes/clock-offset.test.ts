import { expect, it } from 'vitest';
import { addClockSample, clockOffsetMs } from './clock-offset.js';

const after = (differences: readonly number[]): number | undefined =>
  clockOffsetMs(
    differences.reduce<number[]>((all, each) => addClockSample(all, 1_000_000 + each, 1_000_000), []),
  );

it('tells a clock that is minutes ahead or behind', () => {
  expect(after([300_004, 300_001, 299_998, 300_000, 300_002])).toBe(300_000);
  expect(after([-300_004, -300_001, -300_020, -300_000, -300_009])).toBe(-300_000);
});

it('does not take heartbeats that came late for a clock that is behind', () => {
  expect(after([-40_000, -60_000, -38_000, -36_000, -12])).toBeUndefined();
});

it('says nothing of small differences, nor before it has seen enough', () => {
  expect(after([900, 900, 900, 900, 900])).toBeUndefined();
  expect(after([300_000, 300_000])).toBeUndefined();
});

it('forgets what was, once the clock is set right', () => {
  expect(after([300_000, 300_000, 300_000, 300_000, 300_000, 2, 1, 3, 2, 1])).toBeUndefined();
});
