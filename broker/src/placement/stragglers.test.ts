import { expect, it } from 'vitest';
import { slowness } from './stragglers.js';

const nearTheEnd = { msPerRow: 1, queuedMs: null, isIdle: false };

it('finds a part past 1.5 times its prediction once nothing waits', () => {
  const part = { rows: 4000, elapsedMs: 5900, progress: 0, predictedMs: 4000 };
  expect(slowness(part, nearTheEnd)).toBeNull();
  expect(slowness({ ...part, elapsedMs: 6100 }, nearTheEnd)).not.toBeNull();
});

it('goes by what was foreseen for its machine, so that a slow machine with a fitting part is no straggler', () => {
  const part = { rows: 1000, elapsedMs: 9000, progress: 0, predictedMs: 10_000 };
  expect(slowness(part, nearTheEnd)).toBeNull();
  expect(slowness({ ...part, predictedMs: null }, nearTheEnd)).not.toBeNull();
});

it('sees by its progress that a part will hold up its job, while others still wait', () => {
  const throttled = { rows: 10_000, elapsedMs: 4000, progress: 0.04, predictedMs: 10_000 };
  expect(slowness(throttled, { msPerRow: 1, queuedMs: 20_000, isIdle: false })).toMatchObject({
    remainingMs: 96_000,
    elsewhereMs: 10_000,
  });
  expect(slowness(throttled, { msPerRow: 1, queuedMs: 200_000, isIdle: false })).toBeNull();
});

it('leaves a part alone that is nearly there', () => {
  const part = { rows: 4000, elapsedMs: 9000, progress: 0.95, predictedMs: 4000 };
  expect(slowness(part, nearTheEnd)).toBeNull();
});

it('lets a part that runs as foreseen run where it should be done much sooner, while nothing else waits', () => {
  const onSlowMachine = { rows: 100_000, elapsedMs: 30_000, progress: 0.1, predictedMs: 300_000 };
  expect(slowness(onSlowMachine, nearTheEnd)).toBeNull();
  expect(slowness(onSlowMachine, { ...nearTheEnd, isIdle: true })).toMatchObject({
    remainingMs: 270_000,
    timesSooner: 2,
  });
  const nearlyThere = { ...onSlowMachine, elapsedMs: 299_000, progress: 0.995 };
  expect(slowness(nearlyThere, { ...nearTheEnd, isIdle: true })).toBeNull();
});
