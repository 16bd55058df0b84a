import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, it, onTestFinished, vi } from 'vitest';
import { openTrash } from '../storage/trash.js';
import { temporaryFolder } from '../testing/test-agent.js';
import { openCache } from './cache.js';
import { selectEvictions } from './lru.js';

const logger = pino({ level: 'silent' });
const signal = new AbortController().signal;
const write = (bytes: number) => (path: string) => writeFile(path, Buffer.alloc(bytes));
async function open(folder: string, limit = 1000) {
  const trash = await openTrash({ folder: await temporaryFolder(), logger });
  onTestFinished(trash.stop);
  return openCache({ folder, limitBytes: () => limit, trash, logger });
}
const names = async (folder: string) =>
  (await readdir(folder)).filter((name) => name !== 'unfinished').sort();

it('gives up the least recently used, never what is in use', () => {
  const entries = new Map([
    ['old', { bytes: 400, lastUsedMs: 1, users: 0 }],
    ['older but in use', { bytes: 400, lastUsedMs: 0, users: 1 }],
    ['new', { bytes: 400, lastUsedMs: 3, users: 0 }],
    ['newest', { bytes: 400, lastUsedMs: 4, users: 0 }],
  ]);
  expect(selectEvictions(entries, 1600)).toEqual([]);
  expect(selectEvictions(entries, 1200)).toEqual(['old']);
  expect(selectEvictions(entries, 700)).toEqual(['old', 'new', 'newest']);
});

it('makes a key once, however many ask at a time', async () => {
  const cache = await open(await temporaryFolder());
  const make = vi.fn(write(10));
  const held = await Promise.all([1, 2, 3].map(() => cache.hold('a', make, signal)));
  expect(make).toHaveBeenCalledTimes(1);
  expect(new Set(held.map(({ path }) => path)).size).toBe(1);
});

it('makes room as soon as more is held than the limit allows', async () => {
  const folder = await temporaryFolder();
  const cache = await open(folder, 250);
  for (const key of ['a', 'b', 'c']) (await cache.hold(key, write(100), signal)).release();
  await expect.poll(() => names(folder)).toEqual(['b', 'c']);
});

it('lets another caller make what the first was cancelled in', async () => {
  const cache = await open(await temporaryFolder());
  let fail: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (fail = resolve));
  const cancelled = async () => {
    await gate;
    throw new Error('cancelled');
  };
  const first = cache.hold('a', cancelled, signal);
  const second = cache.hold('a', write(5), signal);
  fail();
  await expect(first).rejects.toThrow('cancelled');
  expect(await readFile((await second).path)).toHaveLength(5);
});

it('lets a caller go who waits for another’s work', async () => {
  const cache = await open(await temporaryFolder());
  void cache.hold('a', () => new Promise(() => undefined), signal);
  const control = new AbortController();
  const waiting = cache.hold('a', write(5), control.signal);
  control.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
});

it('keeps what is whole over a restart and drops what is not', async () => {
  const folder = await temporaryFolder();
  const cache = await open(folder);
  (await cache.hold('whole', write(5), signal)).release();
  // What a killed agent leaves: the marker and half a folder.
  await mkdir(join(folder, 'unfinished', 'half'));
  await mkdir(join(folder, 'half'));
  await writeFile(join(folder, 'half', 'file'), 'x');
  const again = await open(folder);
  expect(await names(folder)).toEqual(['whole']);
  const make = vi.fn(write(5));
  expect((await again.hold('whole', make, signal)).warm).toBe(true);
  expect(make).not.toHaveBeenCalled();
});

it('lets nobody suffer for what it cannot give up', async () => {
  const trash = { discard: () => Promise.reject(new Error('rm failed')) };
  const errors: string[] = [];
  const complaining = pino({ level: 'error' }, { write: (line) => void errors.push(line) });
  const cache = await openCache({
    folder: await temporaryFolder(),
    limitBytes: () => 50,
    trash,
    logger: complaining,
  });
  // A rejection that nobody takes would end the agent, as it fails this test.
  for (const key of ['a', 'b']) (await cache.hold(key, write(100), signal)).release();
  await expect.poll(() => errors.join('')).toContain('cache made no room');
});
