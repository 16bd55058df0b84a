import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AttemptFacts,
  type AttemptId,
  appLimitsSchema,
  needsSchema,
  type Order,
} from '@meshdeck/shared';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createFinishedJobUpdates } from '../store/finished-job-updates.js';
import { createDropCounter } from './duplicate-reports.js';
import { createSlotLedger } from '../../capacity/slot-ledger.js';
import { createJobRepository } from '../store/job-repository.js';
import type { JobDocument } from '../job-document.js';
import { cancelled, placed, split } from './job-state-machine.js';
import { openJobStore } from '../store/job-store.js';
import { createAttemptReportHandler } from './attempt-reports.js';

const logger = pino({ level: 'silent' });
const sha = 'a'.repeat(64);
const jobId = '0123456789';
const result = { sha256: sha, bytes: 5, name: 'predictions.csv' };
const lost = { code: 'node-lost', message: 'lost' } as const;
const facts: AttemptFacts = {
  rows: 1,
  runtimeVersion: '1',
  fetchMs: 1,
  prepareMs: 1,
  runMs: 1,
  deliverMs: 1,
  peakMemoryBytes: null,
  columnMap: null,
  warm: false,
};

const file = (name: string) => ({ sha256: sha, bytes: 1, name });
const newJob: JobDocument = {
  id: jobId,
  name: 'job',
  owner: 'admin',
  ownerName: 'Admin',
  state: 'queued',
  app: { name: 'app', title: 'App', version: '1', runtime: 'onnx', bundle: file('bundle.tar') },
  entry: 'app.onnx',
  input: file('in.csv'),
  output: null,
  rows: null,
  createdAt: 1,
  startedAt: null,
  finishedAt: null,
  failure: null,
  options: { labels: {}, maxAttempts: 3, priority: 'normal' },
  limits: appLimitsSchema.parse({}),
  needs: needsSchema.parse({}),
  tasks: [],
  nextToken: 1,
  droppedReports: 0,
};

/** A job of `tasks` tasks, each with an open attempt on machine `n1`, on a real store. */
async function open(tasks: number) {
  const dir = await mkdtemp(join(tmpdir(), 'meshdeck-reports-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const store = await openJobStore({ dir, logger });
  onTestFinished(() => store.stop());
  const repository = createJobRepository({
    filesOfList: async () => [],
    capacity: createSlotLedger(),
    store,
    logger,
    changed: () => undefined,
    removed: () => undefined,
  });
  const orders: Order[] = [];
  const drops = createDropCounter({
    repository,
    finishedJobUpdates: createFinishedJobUpdates(repository),
    logger,
  });
  const reportHandler = createAttemptReportHandler({
    repository,
    files: { size: async () => 5, putBytes: async () => result },
    lists: { check: async ({ list, files, bytes }) => ({ list, files, bytes }) },
    finishedJobUpdates: createFinishedJobUpdates(repository),
    transport: {
      send: async (_nodeId: string, order: Order) => void orders.push(order),
    } as unknown as Parameters<typeof createAttemptReportHandler>[0]['transport'],
    now: () => 10,
    onCommitted: () => undefined,
    onDropped: drops.take,
    onSettled: () => undefined,
    logger,
  });
  let job = split(
    newJob,
    Array.from({ length: tasks }, () => ({ shard: null, rows: 1 })),
  );
  const attempts: { attemptId: AttemptId; token: number; ts: number }[] = [];
  for (let index = 0; index < tasks; index += 1) {
    const next = job === null ? null : placed(job, index, { id: 'n1', name: 'n1' }, 5);
    if (next === null) throw new Error('expected a transition');
    job = next.job;
    attempts.push({ attemptId: next.attempt.id, token: next.attempt.token, ts: 1 });
  }
  if (job === null) throw new Error('expected a transition');
  await repository.save(job);
  return { repository, reportHandler, drops, orders, attempts };
}

describe('the handler of attempt reports', () => {
  it('loses no report of several that come in the same moment', async () => {
    const { repository, reportHandler, attempts } = await open(8);
    await Promise.all(
      attempts.flatMap((attempt) => [
        reportHandler.take('n1', { type: 'phase', ...attempt, phase: 'running' }),
        reportHandler.take('n1', { type: 'succeeded', ...attempt, result, facts }),
      ]),
    );
    const job = await repository.get(jobId);
    expect(job?.tasks.map(({ state }) => state)).toEqual(Array.from({ length: 8 }, () => 'succeeded'));
    expect(job?.state).toBe('succeeded');
  });

  it('does not bring a job back that ended before its machine was called lost', async () => {
    const { repository, reportHandler, attempts } = await open(1);
    const [attempt] = attempts;
    if (attempt === undefined) throw new Error('expected an attempt');
    await reportHandler.take('n1', { type: 'succeeded', ...attempt, result, facts });
    await reportHandler.abandon(jobId, attempt.attemptId, attempt.token, lost);
    expect(await repository.get(jobId)).toMatchObject({ state: 'succeeded', output: result });
    expect(repository.find(jobId)).toBeUndefined();
  });

  it('drops a result that comes after the job was cancelled, and lets the machine forget it', async () => {
    const { repository, reportHandler, orders, attempts } = await open(1);
    const [attempt] = attempts;
    const current = repository.find(jobId);
    const stopped = current === undefined ? null : cancelled(current, 9);
    if (attempt === undefined || stopped === null) throw new Error('expected a job');
    await repository.save(stopped);
    await reportHandler.take('n1', { type: 'succeeded', ...attempt, result, facts });
    await vi.waitFor(async () => expect(await repository.get(jobId)).toMatchObject({ droppedReports: 1 }));
    expect(await repository.get(jobId)).toMatchObject({ state: 'cancelled', output: null });
    expect(orders).toEqual([{ type: 'forget', attemptId: attempt.attemptId }]);
  });

  it('counts what is told twice and what is told too late apart, also once the job has ended', async () => {
    const { repository, reportHandler, drops, attempts } = await open(2);
    const [first, second] = attempts;
    if (first === undefined || second === undefined) throw new Error('expected two attempts');
    await reportHandler.take('n1', { type: 'succeeded', ...first, result, facts });
    await reportHandler.take('n1', { type: 'succeeded', ...first, result, facts });
    await reportHandler.abandon(jobId, second.attemptId, second.token, lost);
    await reportHandler.take('n1', { type: 'succeeded', ...second, result, facts });
    expect(repository.find(jobId)).toMatchObject({ droppedReports: 2, duplicateReports: 1 });

    const current = repository.find(jobId);
    const stopped = current === undefined ? null : cancelled(current, 9);
    if (stopped === null) throw new Error('expected a job');
    await repository.save(stopped);
    // What a machine answers to being told to stop is neither.
    await reportHandler.take('n1', { type: 'cancelled', ...second });
    await reportHandler.take('n1', { type: 'failed', ...second, failure: lost });
    await reportHandler.take('n1', { type: 'succeeded', ...first, result, facts });
    await vi.waitFor(() => expect(drops.counts()).toEqual({ duplicates: 2, late: 2 }));
    await vi.waitFor(async () =>
      expect(await repository.get(jobId)).toMatchObject({
        state: 'cancelled',
        droppedReports: 4,
        duplicateReports: 2,
      }),
    );
  });

  it('takes nothing from a machine that does not hold the attempt', async () => {
    const { repository, reportHandler, attempts } = await open(1);
    const [attempt] = attempts;
    if (attempt === undefined) throw new Error('expected an attempt');
    await reportHandler.take('n2', { type: 'succeeded', ...attempt, result, facts });
    expect(repository.find(jobId)).toMatchObject({ state: 'placed', droppedReports: 1 });
  });
});

describe('files of attempts', () => {
  const files = { list: { sha256: sha, bytes: 9, name: 'files.json' }, files: 2, bytes: 20 };
  const crashed = { type: 'failed', failure: { code: 'app-crashed', message: 'no' }, files } as const;

  it('keeps what a failed attempt left as partial, until one that succeeds takes its place', async () => {
    const { repository, reportHandler, attempts } = await open(1);
    const [first] = attempts;
    if (first === undefined) throw new Error('expected an attempt');
    await reportHandler.take('n1', { ...crashed, ...first });
    const failed = repository.find(jobId);
    expect(failed?.tasks[0]?.files).toMatchObject({ ...files, isPartial: true, attemptId: first.attemptId });
    const again = failed && placed(failed, 0, { id: 'n1', name: 'n1' }, 11);
    if (!again) throw new Error('expected a transition');
    await repository.save(again.job);
    const second = { attemptId: again.attempt.id, token: again.attempt.token, ts: 1 };
    await reportHandler.take('n1', { type: 'succeeded', ...second, result, facts });
    expect((await repository.get(jobId))?.tasks[0]?.files).toBeUndefined();
  });

  it('takes what a cancelled attempt left after the job has ended, from its own machine alone', async () => {
    const { repository, reportHandler, attempts } = await open(1);
    const [attempt] = attempts;
    const job = repository.find(jobId);
    const ended = job && cancelled(job, 9);
    if (!ended || attempt === undefined) throw new Error('expected a transition');
    await repository.save(ended);
    await reportHandler.take('n2', { type: 'cancelled', ...attempt, files });
    expect((await repository.get(jobId))?.tasks[0]?.files).toBeUndefined();
    await reportHandler.take('n1', { type: 'cancelled', ...attempt, files });
    expect((await repository.get(jobId))?.tasks[0]?.files).toMatchObject({ ...files, isPartial: true });
  });

  it('takes no end without a result of an app that makes predictions', async () => {
    const { repository, reportHandler, attempts } = await open(1);
    const [attempt] = attempts;
    if (attempt === undefined) throw new Error('expected an attempt');
    await reportHandler.take('n1', { type: 'succeeded', ...attempt, facts, files });
    expect(repository.find(jobId)?.tasks[0]?.attempts[0]?.failure?.code).toBe('transfer-failed');
  });
});
