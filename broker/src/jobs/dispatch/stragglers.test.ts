import { describe, expect, it } from 'vitest';
import type { JobDocument } from '../job-document.js';
import { stragglers } from './stragglers.js';

const done = (rows: number, ms: number) => ({
  state: 'succeeded',
  rows,
  attempts: [{ state: 'succeeded', placedAt: 0, startedAt: 0, finishedAt: ms }],
});
const open = (rows: number, placedAt: number, attempts = 1) => ({
  state: 'running',
  rows,
  attempts: Array.from({ length: attempts }, () => ({
    state: 'running',
    placedAt,
    startedAt: placedAt,
    progress: 0,
  })),
});
const job = (...tasks: unknown[]) =>
  ({
    state: 'running',
    tasks: tasks.map((task, index) => ({ index, ...(task as object) })),
  }) as unknown as JobDocument;

const nothingKnown = { predictedMs: (): number | null => null, queuedMs: () => 60_000, isIdle: () => false };
const indexes = (document: JobDocument, at: number, outlook = nothingKnown) =>
  stragglers(document, at, outlook)
    .map(({ task }) => task.index)
    .sort();

describe('stragglers', () => {
  it('are the parts that take more than 1.5 times what the others’ pace predicts', () => {
    const document = job(done(1000, 10_000), done(1000, 12_000), open(1000, 0), open(2000, 0));
    expect(indexes(document, 17_000)).toEqual([]);
    expect(indexes(document, 18_500)).toEqual([2]);
    expect(indexes(document, 37_000)).toEqual([2, 3]);
  });

  it('wait until little of the job waits for a machine', () => {
    expect(
      indexes(job(done(1000, 1000), open(1000, 0), { state: 'queued', rows: 1, attempts: [] }), 60_000),
    ).toEqual([]);
  });

  it('are also parts that run as foreseen, while nothing of anybody waits', () => {
    const document = job(open(1000, 0), open(1000, 0));
    const foreseen = { ...nothingKnown, predictedMs: () => 100_000 };
    expect(indexes(document, 5_000, foreseen)).toEqual([]);
    expect(indexes(document, 5_000, { ...foreseen, isIdle: () => true })).toEqual([0, 1]);
    const waits = job(open(1000, 0), { state: 'queued', rows: 1, attempts: [] });
    expect(indexes(waits, 5_000, { ...foreseen, isIdle: () => true })).toEqual([]);
  });

  it('are not run a third time, nor before any part is done, nor when it would save next to nothing', () => {
    expect(indexes(job(done(1000, 1000), open(1000, 0, 2)), 60_000)).toEqual([]);
    expect(indexes(job(open(1000, 0), open(1000, 0)), 60_000)).toEqual([]);
    expect(indexes(job(done(1000, 100), open(1000, 0)), 1_900)).toEqual([]);
  });
});
