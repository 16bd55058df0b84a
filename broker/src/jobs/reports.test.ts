import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { limitsSchema, needsSchema, type AttemptFacts, type Order } from '@meshdeck/shared';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createJobBook } from './job-book.js';
import type { JobDocument } from './job-document.js';
import { cancelled, placed, split } from './job-life.js';
import { openJobStore } from './job-store.js';
import { createReportDesk } from './reports.js';

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
  limits: limitsSchema.parse({}),
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
  const book = createJobBook({
    store,
    logger,
    changed: () => undefined,
    removed: () => undefined,
  });
  const orders: Order[] = [];
  const desk = createReportDesk({
    book,
    files: { size: async () => 5, put: async () => result },
    transport: {
      send: async (_nodeId: string, order: Order) => void orders.push(order),
    } as unknown as Parameters<typeof createReportDesk>[0]['transport'],
    now: () => 10,
    onCommitted: () => undefined,
    onSettled: () => undefined,
    logger,
  });
  let job = split(
    newJob,
    Array.from({ length: tasks }, () => ({ shard: null, rows: 1 })),
  );
  const attempts: { attemptId: string; token: number; ts: number }[] = [];
  for (let index = 0; index < tasks; index += 1) {
    const next = job === null ? null : placed(job, index, { id: 'n1', name: 'n1' }, 5);
    if (next === null) throw new Error('expected a transition');
    job = next.job;
    attempts.push({ attemptId: next.attempt.id, token: next.attempt.token, ts: 1 });
  }
  if (job === null) throw new Error('expected a transition');
  await book.save(job);
  return { book, desk, orders, attempts };
}

describe('the report desk', () => {
  it('loses no report of several that come in the same moment', async () => {
    const { book, desk, attempts } = await open(8);
    await Promise.all(
      attempts.flatMap((attempt) => [
        desk.take('n1', { type: 'phase', ...attempt, phase: 'running' }),
        desk.take('n1', { type: 'succeeded', ...attempt, result, facts }),
      ]),
    );
    const job = await book.get(jobId);
    expect(job?.tasks.map(({ state }) => state)).toEqual(Array.from({ length: 8 }, () => 'succeeded'));
    expect(job?.state).toBe('succeeded');
  });

  it('does not bring a job back that ended before its machine was called lost', async () => {
    const { book, desk, attempts } = await open(1);
    const [attempt] = attempts;
    if (attempt === undefined) throw new Error('expected an attempt');
    await desk.take('n1', { type: 'succeeded', ...attempt, result, facts });
    await desk.abandon(jobId, attempt.attemptId, attempt.token, lost);
    expect(await book.get(jobId)).toMatchObject({ state: 'succeeded', output: result });
    expect(book.find(jobId)).toBeUndefined();
  });

  it('drops a result that comes after the job was cancelled, and lets the machine forget it', async () => {
    const { book, desk, orders, attempts } = await open(1);
    const [attempt] = attempts;
    const current = book.find(jobId);
    const stopped = current === undefined ? null : cancelled(current, 9);
    if (attempt === undefined || stopped === null) throw new Error('expected a job');
    await book.save(stopped);
    await desk.take('n1', { type: 'succeeded', ...attempt, result, facts });
    expect(await book.get(jobId)).toMatchObject({ state: 'cancelled', output: null });
    expect(orders).toEqual([{ type: 'forget', attemptId: attempt.attemptId }]);
  });

  it('takes nothing from a machine that does not hold the attempt', async () => {
    const { book, desk, attempts } = await open(1);
    const [attempt] = attempts;
    if (attempt === undefined) throw new Error('expected an attempt');
    await desk.take('n2', { type: 'succeeded', ...attempt, result, facts });
    expect(book.find(jobId)).toMatchObject({ state: 'placed', droppedReports: 1 });
  });
});
