import { attemptIdOf } from '@meshdeck/shared';
import { describe, expect, it } from 'vitest';
import type { JobDocument, TaskDocument } from './job-document.js';
import { jobHealth, jobMetrics } from './job-figures.js';
import { jobSummary, jobView } from './job-view.js';
import { failedJob, storedJob } from './store/fixtures/stored-jobs.js';

const idle = { waitingFor: null, waitingSince: null, predictedFinishAt: null, verifications: [] };

const task = (index: number, state: TaskDocument['state'], progress: number, token = index): TaskDocument => {
  const [failed] = failedJob(1, ['node-lost']).tasks[0]?.attempts ?? [];
  if (failed === undefined) throw new Error('expected an attempt');
  const attempt = {
    ...failed,
    id: attemptIdOf('0123456789', index, 1),
    token,
    progress,
    nodeName: `bench-${token}`,
  };
  return { index, state, rows: 10, output: null, attempts: [attempt], retryAt: 0, shard: null };
};
const inParts = (...tasks: TaskDocument[]): JobDocument => ({ ...storedJob(1), state: 'running', tasks });

describe('a job as people see it', () => {
  it('is as far as its parts are together; what waits again has lost what it had', () => {
    const parts = inParts(task(0, 'succeeded', 1), task(1, 'running', 0.5), task(2, 'queued', 0.9));
    expect(jobSummary(parts, idle)).toMatchObject({ progress: 0.5, shards: 3, attempts: 3 });
    expect(jobSummary({ ...parts, state: 'succeeded' }, idle).progress).toBe(1);
    expect(jobSummary(storedJob(1), idle)).toMatchObject({ progress: 0, shards: 1, nodeName: null });
  });

  it('names the machine of its newest attempt, whichever part that belongs to', () => {
    const parts = inParts(task(0, 'running', 0, 7), task(1, 'running', 0, 3));
    expect(jobSummary(parts, idle).nodeName).toBe('bench-7');
  });

  it('says what it waits for only while it waits', () => {
    const waits = { ...idle, waitingFor: 'No machine has room.', waitingSince: 5 };
    expect(jobSummary(storedJob(1), waits)).toMatchObject({
      waitingFor: 'No machine has room.',
      waitingSince: 5,
    });
    expect(jobSummary(storedJob(1), idle).waitingFor).toBe('Waits for its turn.');
    const running = jobSummary(inParts(task(0, 'running', 0)), waits);
    expect(running.waitingFor).toBeNull();
    expect(running).not.toHaveProperty('waitingSince');
  });

  it('tells late reports from those that came twice, and nothing of its inner clock', () => {
    const job = { ...inParts(task(0, 'running', 0)), droppedReports: 5, duplicateReports: 2 };
    expect(jobView(job, idle)).toMatchObject({ droppedReports: 5, duplicateReports: 2, lateReports: 3 });
    expect(jobView(job, idle).tasks[0]).not.toHaveProperty('retryAt');
    expect(jobView(job, idle).tasks[0]).toMatchObject({ input: null });
  });
});

describe('figures about jobs', () => {
  const jobs = (duplicates: number, late: number) => ({
    counts: () => ({ byState: { queued: 2 }, deadLetters: 1 }),
    dropped: () => ({ duplicates, late }),
  });

  it('say in words what was dropped', () => {
    const words = (duplicates: number, late: number) => jobHealth(jobs(duplicates, late))[0]?.message;
    expect(words(0, 0)).toBe('Each counted once; none came twice or too late.');
    expect(words(1, 0)).toBe('Each counted once; since the hub started 1 came twice and was dropped.');
    expect(words(2, 3)).toBe(
      'Each counted once; since the hub started 2 came twice and 3 came too late and were dropped.',
    );
  });

  it('have a sample for every state, those without a job too', () => {
    const [byState, dead, dropped] = jobMetrics(jobs(2, 3));
    expect(byState?.samples).toContainEqual(['{state="queued"}', 2]);
    expect(byState?.samples).toContainEqual(['{state="merging"}', 0]);
    expect(dead?.samples).toEqual([['', 1]]);
    expect(dropped?.samples).toEqual([
      ['{kind="duplicate"}', 2],
      ['{kind="late"}', 3],
    ]);
  });
});
