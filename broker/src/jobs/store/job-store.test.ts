import { appendFile, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appLimitsSchema, needsSchema } from '@meshdeck/shared';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { JobDocument } from '../job-document.js';
import { cancelled } from '../attempts/job-state-machine.js';
import { openJobStore } from './job-store.js';
import { createStoreHealth } from '../../stores/store-health.js';

const logger = pino({ level: 'silent' });
const file = (name: string) => ({ sha256: 'a'.repeat(64), bytes: 1, name });

function newJob(index: number, name = 'job'): JobDocument {
  return {
    id: String(index).padStart(10, '0'),
    name,
    owner: 'admin',
    ownerName: 'Admin',
    state: 'queued',
    app: { name: 'app', title: 'App', version: '1', runtime: 'onnx', bundle: file('bundle.tar') },
    entry: 'app.onnx',
    input: file('in.csv'),
    output: null,
    rows: null,
    createdAt: index,
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
}

function ended(job: JobDocument): JobDocument {
  const next = cancelled(job, 5);
  if (next === null) throw new Error('expected a transition');
  return next;
}

async function temporary(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'meshdeck-store-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

async function open(dir: string, segmentBytes?: number) {
  const store = await openJobStore({ dir, logger, ...(segmentBytes !== undefined && { segmentBytes }) });
  onTestFinished(() => store.stop());
  return store;
}

const sizeOf = async (dir: string) => {
  const names = await readdir(dir);
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(dir, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
};

describe('the job store', () => {
  it('gives pages that are read in a moment, and reads nothing that is held already', async () => {
    const store = await open(await temporary());
    const large = 'x'.repeat(1_500_000);
    for (let index = 1; index <= 6; index += 1) await store.put(newJob(index, large));
    const seen: number[] = [];
    for (let before: number | undefined; ;) {
      const { jobs, hasMore, readBytes } = await store.page({ limit: 5, before }, () => undefined);
      expect(readBytes).toBeLessThan(4 * 1024 ** 2);
      seen.push(...jobs.map(({ id }) => Number(id)));
      before = jobs.at(-1)?.createdAt;
      if (!hasMore) break;
    }
    expect(seen).toEqual([6, 5, 4, 3, 2, 1]);
    const held = await store.page({ limit: 5 }, (id) => newJob(Number(id), 'held'));
    expect(held).toMatchObject({ hasMore: true, readBytes: 0 });
    expect(held.jobs.map(({ name }) => name)).toEqual(Array.from({ length: 5 }, () => 'held'));
    expect(await store.page({ limit: 1, before: 2 }, () => undefined)).toMatchObject({ hasMore: false });
  });

  it('has after a restart what it had before, unfinished jobs in memory and finished ones on disk', async () => {
    const dir = await temporary();
    const first = await open(dir);
    const jobs = [1, 2, 3].map((index) => newJob(index, 'naïve "name"\n'));
    await Promise.all(jobs.map(first.put));
    await first.put(ended(jobs[1] as JobDocument));
    await first.stop();

    const second = await open(dir);
    expect(second.unfinished).toEqual([jobs[0], jobs[2]]);
    expect(await second.get('0000000002')).toEqual(ended(jobs[1] as JobDocument));
    expect((await second.list({ limit: 10 })).map(({ id }) => Number(id))).toEqual([3, 2, 1]);
    expect((await second.list({ limit: 10, states: ['cancelled'] })).map(({ id }) => Number(id))).toEqual([
      2,
    ]);
    expect((await second.list({ limit: 1, before: 3 })).map(({ id }) => Number(id))).toEqual([2]);
    expect(Object.fromEntries(second.counts())).toEqual({ queued: 2, cancelled: 1 });
  });

  it('writes of versions that wait together only the last, and tells all of them', async () => {
    const dir = await temporary();
    const store = await open(dir);
    const before = await sizeOf(dir);
    await Promise.all(Array.from({ length: 100 }, (_, index) => store.put(newJob(7, `version ${index}`))));
    const bytes = (await sizeOf(dir)) - before;
    expect(bytes).toBeLessThan(3 * JSON.stringify(newJob(7)).length);
    expect(await store.get('0000000007')).toMatchObject({ name: 'version 99' });
  });

  it('writes what waits before it stops', async () => {
    const dir = await temporary();
    const first = await open(dir);
    const written = first.put(newJob(1));
    await first.stop();
    await written;
    expect((await open(dir)).unfinished).toEqual([newJob(1)]);
  });

  it('goes back to the version before where a kill left the last one half written', async () => {
    const dir = await temporary();
    const first = await open(dir);
    await first.put(newJob(1, 'whole'));
    const [name] = await readdir(dir);
    const path = join(dir, name ?? '');
    const whole = (await stat(path)).size;
    await first.put(newJob(1, 'torn'));
    await first.stop();
    await truncate(path, (await stat(path)).size - 20);
    const second = await open(dir);
    expect(second.unfinished).toEqual([newJob(1, 'whole')]);
    await second.stop();

    // A power cut may leave the length and not the bytes.
    await truncate(path, whole);
    await appendFile(path, `${'\0'.repeat(600)}\n`);
    const third = await open(dir);
    expect(third.unfinished).toEqual([newJob(1, 'whole')]);
    await third.put(newJob(2));
    expect(await third.get('0000000002')).toEqual(newJob(2));
  });

  it('forgets removed jobs, also after a restart', async () => {
    const dir = await temporary();
    const first = await open(dir);
    await Promise.all([newJob(1), newJob(2)].map(first.put));
    await first.remove('0000000001');
    expect(await first.get('0000000001')).toBeNull();
    await first.stop();
    const second = await open(dir);
    expect(second.unfinished.map(({ id }) => Number(id))).toEqual([2]);
    expect((await second.list({ limit: 5 })).length).toBe(1);
  });

  it('clears up what newer versions replaced, and loses nothing by it', async () => {
    const dir = await temporary();
    const store = await open(dir, 8_000);
    const kept = Array.from({ length: 20 }, (_, index) => ended(newJob(index)));
    await Promise.all(kept.map(store.put));
    await store.put(newJob(50));
    await store.remove('0000000050');
    for (let version = 0; version < 300; version += 1) await store.put(newJob(99, `version ${version}`));
    expect(await sizeOf(dir)).toBeLessThan(100_000);
    for (const job of kept) expect(await store.get(job.id)).toEqual(job);
    await store.stop();

    const again = await open(dir, 8_000);
    expect(again.unfinished).toEqual([newJob(99, 'version 299')]);
    for (const job of kept) expect(await again.get(job.id)).toEqual(job);
    const seen: string[] = [];
    await again.each(({ id }) => seen.push(id));
    expect(seen.sort()).toEqual([...kept.map(({ id }) => id), '0000000099'].sort());
  });
});

describe('a journal that the disk damaged', () => {
  const logOf = (dir: string, number = 1) => join(dir, `00000${number}.log`);
  async function flipIn(path: string, from: string, to: string): Promise<void> {
    const bytes = await readFile(path);
    const at = bytes.lastIndexOf(from);
    expect(at).toBeGreaterThan(0);
    bytes.write(to, at);
    await writeFile(path, bytes);
  }

  it('leaves one damaged job out of lists, names it, and lists all others', async () => {
    const dir = await temporary();
    const health = createStoreHealth(dir);
    const store = await openJobStore({ dir, logger, health });
    onTestFinished(() => store.stop());
    for (const index of [1, 2, 3]) await store.put(ended(newJob(index, `name-${index}`)));
    await flipIn(logOf(dir), '"name-2"', '"name+2"');
    expect((await store.list({ limit: 10 })).map(({ name }) => name)).toEqual(['name-3', 'name-1']);
    const page = await store.page({ limit: 10 }, () => undefined);
    expect(page.jobs.map(({ name }) => name)).toEqual(['name-3', 'name-1']);
    await expect(store.get('0000000002')).rejects.toMatchObject({
      code: 'internal',
      message: expect.stringMatching(/byte \d+ of .*000001\.log is damaged/) as string,
    });
    expect(health.state().message).toContain('Job 0000000002 is left out of lists');
  });

  it.each([
    ['the body', '"state":"cancelled"', '"state":"cancelleD"'],
    ['the key', ' 0000000001 cancelled', ' 0000000x01 cancelled'],
  ])('does not run a job again whose last record is damaged in %s', async (_where, from, to) => {
    const dir = await temporary();
    const first = await openJobStore({ dir, logger });
    await first.put(newJob(1));
    await first.put(newJob(2));
    await first.put(ended(newJob(1)));
    await first.stop();
    await flipIn(logOf(dir), from, to);
    const health = createStoreHealth(dir);
    const store = await openJobStore({ dir, logger, health, now: () => 50 });
    onTestFinished(() => store.stop());
    expect(store.unfinished.map(({ id }) => id)).toEqual(['0000000002']);
    expect(await store.get('0000000001')).toMatchObject({
      state: 'failed',
      finishedAt: 50,
      failure: { message: expect.stringContaining('whether it had ended is not known') as string },
    });
    expect(store.deadLetters()).toBe(1);
    expect(health.state().message).toMatch(/put among the dead letters \(0000000001\)/);
    await store.stop();
    // Once is enough.
    const again = await open(dir);
    expect(again.unfinished.map(({ id }) => id)).toEqual(['0000000002']);
  });

  it('does not run jobs again whose end may lie in a file that is missing', async () => {
    const dir = await temporary();
    const first = await openJobStore({ dir, logger, segmentBytes: 1 });
    await first.put(newJob(1));
    await first.put(ended(newJob(1)));
    await first.put(newJob(2));
    await first.stop();
    await rm(logOf(dir, 2));
    const health = createStoreHealth(dir);
    const store = await openJobStore({ dir, logger, health });
    onTestFinished(() => store.stop());
    expect(store.unfinished.map(({ id }) => id)).toEqual(['0000000002']);
    expect(await store.get('0000000001')).toMatchObject({ state: 'failed' });
    expect(health.state().message).toContain('000002.log');
  });
});
