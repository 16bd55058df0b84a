import { attemptIdOf } from '@meshdeck/shared';
import { describe, expect, it } from 'vitest';
import { cancelled, placed, split, succeeded } from '../attempts/job-state-machine.js';
import type { JobDocument } from '../job-document.js';
import { storedJob } from '../store/fixtures/stored-jobs.js';
import { createRunningAttempts, wasSuperseded } from './running-attempts.js';
import { createSlotUtilisation } from './slot-utilisation.js';
import { createTableRows } from './table-rows.js';

const facts = {
  ...{ rows: 4, runtimeVersion: '1', fetchMs: 1, prepareMs: 10, runMs: 20, deliverMs: 10 },
  ...{ peakMemoryBytes: null, columnMap: null, warm: true },
};
const result = { sha256: 'b'.repeat(64), bytes: 5, name: 'predictions.csv' };

function must<T>(value: T | null): T {
  if (value === null) throw new Error('expected a transition');
  return value;
}

/** A task on machine `slow`, and once more on `quick`. */
function twice(): JobDocument {
  const queued = must(split(storedJob(1), [{ shard: null, rows: 4 }]));
  const first = must(placed(queued, 0, { id: 'slow', name: 'slow' }, 10)).job;
  return must(placed(first, 0, { id: 'quick', name: 'quick' }, 20, { beside: true })).job;
}

const idsOn = (running: ReturnType<typeof createRunningAttempts>, nodeId: string) =>
  [...running.on(nodeId)].map(({ id }) => id);

describe('the attempts that hold slots', () => {
  it('are known by machine, and those that end are told', () => {
    const running = createRunningAttempts();
    const job = twice();
    expect(running.update(job)).toEqual([]);
    expect(idsOn(running, 'slow')).toEqual([`${job.id}-0-1`]);
    expect([...running.on('quick')]).toMatchObject([{ rows: 4, placedAt: 20, progress: 0 }]);
    const won = must(succeeded(job, attemptIdOf(job.id, 0, 2), 2, result, facts, 30));
    expect(running.update(won).map(({ id }) => id)).toEqual([`${job.id}-0-1`, `${job.id}-0-2`]);
    expect(idsOn(running, 'slow')).toEqual([]);
  });

  it('that ended as another had the result first were superseded; the winner and the cancelled were not', () => {
    const job = twice();
    const won = must(succeeded(job, attemptIdOf(job.id, 0, 2), 2, result, facts, 30));
    expect(wasSuperseded(won, attemptIdOf(job.id, 0, 1))).toBe(true);
    expect(wasSuperseded(won, attemptIdOf(job.id, 0, 2))).toBe(false);
    expect(wasSuperseded(must(cancelled(job, 30)), attemptIdOf(job.id, 0, 1))).toBe(false);
  });
});

describe('how much of a task a slot is taken for', () => {
  it('is all while nothing is known, then what was seen, moving slowly', () => {
    const slots = createSlotUtilisation();
    expect(slots.of('n', 'app')).toBe(1);
    slots.learn('n', 'app', facts, 80);
    expect(slots.of('n', 'app')).toBe(0.5);
    slots.learn('n', 'app', facts, 40);
    expect(slots.of('n', 'app')).toBeCloseTo(0.55);
    // What a machine says of itself is no more than what passed.
    slots.learn('n', 'other', facts, 1);
    expect(slots.of('n', 'other')).toBe(1);
    expect(slots.of('m', 'app')).toBe(1);
  });
});

describe('the rows of tables', () => {
  it('are unknown, not countable, or a number', () => {
    const rows = createTableRows();
    rows.learn('a', 7);
    rows.learn('b', null);
    expect([rows.of('a'), rows.of('b'), rows.of('c')]).toEqual([7, null, undefined]);
  });
});
