import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { failedJob, storedJob } from './fixtures/stored-jobs.js';
import { createJobBook } from './job-book.js';
import type { JobDocument } from './job-document.js';
import { openJobStore } from './job-store.js';

const logger = pino({ level: 'silent' });
const file = { sha256: 'a'.repeat(64), bytes: 4, name: 'a.csv' };
const job = (id: string): JobDocument => ({
  id,
  name: 'a job',
  owner: 'admin',
  state: 'queued',
  app: { name: 'app', title: 'app', version: '1.0.0', runtime: 'node', bundle: file },
  entry: 'app.mjs',
  input: file,
  output: null,
  rows: null,
  createdAt: 1,
  startedAt: null,
  finishedAt: null,
  failure: null,
  options: { labels: {}, maxAttempts: 3, priority: 'normal' },
  limits: { timeSeconds: 60, memoryBytes: 1024 ** 3, outputBytes: 1024 ** 3 },
  needs: { labels: {}, memoryBytes: 0, gpu: false },
  tasks: [],
  nextToken: 1,
  droppedReports: 0,
});

it('takes up, when it is opened again, what had not ended', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'meshdeck-jobs-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const ignore = { changed: () => undefined, removed: () => undefined };
  const first = await openJobStore({ dir, logger });
  await createJobBook({ store: first, logger, ...ignore }).save(job('0123456789'));
  await first.stop();
  const again = await openJobStore({ dir, logger });
  onTestFinished(() => again.stop());
  const book = createJobBook({ store: again, logger, ...ignore });
  expect(book.find('0123456789')).toMatchObject({ state: 'queued' });
  expect(book.inPreparation().map(({ id }) => id)).toEqual(['0123456789']);
  expect(book.counts()).toMatchObject({ queued: 1 });
});

it('takes up what is dead, what waits for a verdict, and what can be searched', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'meshdeck-jobs-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const ignore = { changed: () => undefined, removed: () => undefined };
  const first = await openJobStore({ dir, logger });
  const named = storedJob(3, { name: 'Käfer & co', state: 'succeeded', verifies: '0000000009' });
  for (const each of [storedJob(1), failedJob(2, ['csv-empty']), named]) await first.put(each);
  await first.stop();
  const store = await openJobStore({ dir, logger });
  onTestFinished(() => store.stop());
  const book = createJobBook({ store, logger, ...ignore });
  expect(book.counts()).toEqual({ queued: 1, failed: 1, succeeded: 1 });
  expect(book.deadLetters()).toBe(1);
  expect((await book.unjudged()).map(({ createdAt }) => createdAt)).toEqual([3]);
  expect((await book.list({ text: 'KÄFER', limit: 9 })).map(({ createdAt }) => createdAt)).toEqual([3]);
  // What is changed in a job that has ended does not count it once more.
  await book.amend(failedJob(2, ['csv-empty']));
  expect(book.counts()).toEqual({ queued: 1, failed: 1, succeeded: 1 });
});
