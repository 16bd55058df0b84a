import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { createSlotLedger } from '../../capacity/slot-ledger.js';
import { failedJob, storedJob } from './fixtures/stored-jobs.js';
import { createJobRepository } from './job-repository.js';
import { openJobStore } from './job-store.js';

const logger = pino({ level: 'silent' });
const ignore = () => undefined;

it('takes up after a restart what had not ended, what is dead, and what can be searched', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'meshdeck-repository-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const first = await openJobStore({ dir, logger });
  for (const job of [
    storedJob(1),
    failedJob(2, ['csv-empty']),
    storedJob(3, { name: 'Käfer & co', state: 'succeeded', verifies: '0000000009' }),
  ]) {
    await first.put(job);
  }
  await first.stop();

  const store = await openJobStore({ dir, logger });
  onTestFinished(() => store.stop());
  const repository = createJobRepository({
    filesOfList: async () => [],
    store,
    capacity: createSlotLedger(),
    logger,
    changed: ignore,
    removed: ignore,
  });
  expect([...repository.active()].map(({ createdAt }) => createdAt)).toEqual([1]);
  expect(repository.counts()).toEqual({ queued: 1, failed: 1, succeeded: 1 });
  expect(repository.deadLetters()).toBe(1);
  expect((await repository.pendingVerification()).map(({ createdAt }) => createdAt)).toEqual([3]);
  expect((await repository.list({ text: 'KÄFER', limit: 9 })).map(({ createdAt }) => createdAt)).toEqual([3]);

  // What is changed in a job that has ended does not count it once more.
  await repository.amend(failedJob(2, ['csv-empty']));
  expect(repository.counts()).toEqual({ queued: 1, failed: 1, succeeded: 1 });
});
