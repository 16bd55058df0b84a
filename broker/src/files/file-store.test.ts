import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { transferError } from './problems.js';
import { createFileStore } from './index.js';

const logger = pino({ level: 'silent' });
const sha256 = (text: string | Buffer) => createHash('sha256').update(text).digest('hex');

async function* bytes(...parts: (string | Buffer)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part);
}

/** Sends so much, then breaks as a cut connection does. */
async function* cut(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
  throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
}

async function text(stream: Readable): Promise<string> {
  return Buffer.concat(await stream.toArray()).toString();
}

async function openStore(options: { dir?: string; now?: () => number } = {}) {
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'meshdeck-files-')));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return { dir, store: await createFileStore({ dir, logger, ...(options.now ? { now: options.now } : {}) }) };
}

it('keeps a file under its hash and the same content once', async () => {
  const { dir, store } = await openStore();
  const first = await store.put(bytes('a,b\n', '1,2\n'), { name: 'first.csv' });
  const second = await store.put(bytes('a,b\n1,2\n'), { name: 'second.csv' });
  expect(first).toEqual({ sha256: sha256('a,b\n1,2\n'), bytes: 8, name: 'first.csv' });
  expect(second).toEqual({ ...first, name: 'second.csv' });
  expect(await readFile(await store.locate(first.sha256), 'utf8')).toBe('a,b\n1,2\n');
  expect(await readdir(join(dir, first.sha256.slice(0, 2)))).toEqual([first.sha256]);
  expect(await readdir(join(dir, 'incoming'))).toEqual([]);
});

it('keeps nothing of a file that is too large, cut off or not the announced one', async () => {
  const { dir, store } = await openStore();
  await expect(store.put(bytes('12345', '67890'), { maxBytes: 9 })).rejects.toMatchObject({
    code: 'too-large',
  });
  await expect(store.put(cut('half'))).rejects.toMatchObject({ code: 'transfer-failed' });
  await expect(store.put(bytes('x'), { expectedSha256: sha256('y') })).rejects.toMatchObject({
    code: 'hash-mismatch',
  });
  expect((await readdir(dir)).sort()).toEqual(['incoming', 'partial', 'small']);
  expect(await readdir(join(dir, 'small'))).toEqual([]);
  expect(await readdir(join(dir, 'incoming'))).toEqual([]);
});

it('gives parts of a file and refuses parts beyond it', async () => {
  const { store } = await openStore();
  const file = await store.put(bytes('0123456789'));
  const part = await store.open(file.sha256, { start: 3, end: 5 });
  expect([part.bytes, await text(part.stream)]).toEqual([3, '345']);
  const tail = await store.open(file.sha256, { start: 8, end: 99 });
  expect([tail.bytes, await text(tail.stream)]).toEqual([2, '89']);
  await expect(store.open(file.sha256, { start: 10 })).rejects.toMatchObject({ code: 'invalid-request' });
  await expect(store.open(sha256('none'))).rejects.toMatchObject({ code: 'not-found' });
});

it('continues an upload that was cut, in the same hub and after a restart', async () => {
  const { dir, store } = await openStore();
  const content = 'abcdefghij';
  const name = sha256(content);
  const totalBytes = content.length;
  await expect(store.append(name, { offset: 0, totalBytes, stream: cut('abc') })).rejects.toMatchObject({
    code: 'transfer-failed',
  });
  expect(await store.partialOffset(name)).toBe(3);
  await expect(store.append(name, { offset: 3, totalBytes, stream: cut('de') })).rejects.toThrow();

  const { store: restarted } = await openStore({ dir });
  expect(await restarted.partialOffset(name)).toBe(5);
  await expect(
    restarted.append(name, { offset: 0, totalBytes, stream: bytes(content) }),
  ).rejects.toMatchObject({
    code: 'conflict',
  });
  const outcome = await restarted.append(name, { offset: 5, totalBytes, stream: bytes('fghij') });
  expect(outcome).toEqual({ complete: true, file: { sha256: name, bytes: 10, name } });
  expect(await readFile(await restarted.locate(name), 'utf8')).toBe(content);
  expect(await restarted.partialOffset(name)).toBe(0);
});

it('throws away an upload whose content is not what its name says', async () => {
  const { store } = await openStore();
  const name = sha256('abcdef');
  await expect(store.append(name, { offset: 0, totalBytes: 6, stream: cut('abX') })).rejects.toThrow();
  await expect(store.append(name, { offset: 3, totalBytes: 6, stream: bytes('def') })).rejects.toMatchObject({
    code: 'hash-mismatch',
  });
  expect(await store.has(name)).toBe(false);
  expect(await store.partialOffset(name)).toBe(0);
});

it('lets one upload of a file run at a time, and none grow beyond its length', async () => {
  const { store } = await openStore();
  const name = sha256('abcdef');
  const first = new Readable({ read: () => undefined });
  const running = store.append(name, { offset: 0, totalBytes: 6, stream: first });
  first.push('abc');
  await expect(
    store.append(name, { offset: 0, totalBytes: 6, stream: bytes('abcdef') }),
  ).rejects.toMatchObject({
    code: 'conflict',
  });
  first.push('defg');
  first.push(null);
  await expect(running).rejects.toMatchObject({ code: 'too-large' });
});

it('clears what a crash left half written', async () => {
  const { dir } = await openStore();
  await writeFile(join(dir, 'incoming', 'left-over'), 'x');
  await openStore({ dir });
  expect(await readdir(join(dir, 'incoming'))).toEqual([]);
});

it('collects only what is old and nobody refers to', async () => {
  const now = Date.now();
  const { store } = await openStore({ now: () => now });
  const wanted = await store.put(bytes('wanted'));
  const old = await store.put(bytes('old'));
  const fresh = await store.put(bytes('fresh'));
  const sentAgain = await store.put(bytes('sent again'));
  const yesterday = new Date(now - 86_400_000);
  for (const file of [wanted, old, sentAgain])
    await utimes(await store.locate(file.sha256), yesterday, yesterday);
  await store.put(bytes('sent again'));
  await expect(store.append(sha256('cut'), { offset: 0, totalBytes: 3, stream: cut('c') })).rejects.toThrow();

  expect(await store.collect(new Set([wanted.sha256]), 3_600_000)).toEqual({ files: 1, bytes: 3 });
  const kept = await Promise.all([wanted, old, fresh, sentAgain].map((file) => store.has(file.sha256)));
  expect(kept).toEqual([true, false, true, true]);
  expect(await store.partialOffset(sha256('cut'))).toBe(1);
});

it('takes no name that is not a hash for a path', async () => {
  const { store } = await openStore();
  await expect(store.locate('../../etc/passwd')).rejects.toThrow();
  await expect(store.size('..')).rejects.toThrow();
});

it('says what to do when the disk is full', () => {
  expect(transferError(Object.assign(new Error('write'), { code: 'ENOSPC' }))).toMatchObject({
    code: 'disk-full',
    message: "The hub's disk is full. Free some space on it, then send the file again.",
  });
});

it('streams a large file without holding it in memory', async () => {
  const { store } = await openStore();
  const chunk = Buffer.alloc(1 << 20, 7);
  async function* large() {
    for (let index = 0; index < 200; index += 1) yield chunk;
  }
  const before = process.memoryUsage().arrayBuffers;
  const file = await store.put(large());
  expect((await stat(await store.locate(file.sha256))).size).toBe(200 << 20);
  const { stream } = await store.open(file.sha256);
  stream.resume();
  await once(stream, 'close');
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 << 20);
});

describe('small files', () => {
  it('are read like any other, also after a restart', async () => {
    const { dir, store } = await openStore();
    const files = await Promise.all(
      ['one', 'two', 'three'].map((content) =>
        store.putBytes(Buffer.from(content), { name: `${content}.csv` }),
      ),
    );
    expect(files[0]).toEqual({ sha256: sha256('one'), bytes: 3, name: 'one.csv' });
    await store.stop();
    const { store: restarted } = await openStore({ dir });
    for (const [index, content] of ['one', 'two', 'three'].entries()) {
      const name = files[index]?.sha256 ?? '';
      expect(await restarted.size(name)).toBe(content.length);
      expect(await text((await restarted.open(name)).stream)).toBe(content);
      expect(await text((await restarted.open(name, { start: 1, end: 1 })).stream)).toBe(content[1]);
      expect(await readFile(await restarted.locate(name), 'utf8')).toBe(content);
    }
    expect(await restarted.put(bytes('one'))).toMatchObject({ sha256: sha256('one'), bytes: 3 });
    await restarted.stop();
  });

  it('lie in one file until somebody wants one of them by its path', async () => {
    const { dir, store } = await openStore();
    const [first] = await Promise.all([store.putBytes(Buffer.from('a')), store.putBytes(Buffer.from('b'))]);
    expect((await readdir(join(dir, 'small'))).filter((name) => name.endsWith('.log'))).toEqual([
      '000001.log',
    ]);
    expect((await readdir(dir)).sort()).toEqual(['incoming', 'partial', 'small']);
    await store.locate(first.sha256);
    expect(await readdir(join(dir, first.sha256.slice(0, 2)))).toEqual([first.sha256]);
    await store.stop();
  });

  it('are refused where they are not what was announced, and larger ones are ordinary files', async () => {
    const { dir, store } = await openStore();
    await expect(store.putBytes(Buffer.from('x'), { expectedSha256: sha256('y') })).rejects.toMatchObject({
      code: 'hash-mismatch',
    });
    const large = Buffer.alloc(5000, 'x');
    const file = await store.putBytes(large, { expectedSha256: sha256(large) });
    expect(await readdir(join(dir, 'small'))).toEqual([]);
    expect(await readdir(join(dir, file.sha256.slice(0, 2)))).toEqual([file.sha256]);
  });

  it('go, for good, when they are old and nobody refers to them', async () => {
    let now = 1_000_000;
    const { dir, store } = await openStore({ now: () => now });
    const wanted = await store.putBytes(Buffer.from('wanted'));
    const old = await store.putBytes(Buffer.from('old'));
    now += 5000;
    const again = await store.putBytes(Buffer.from('again'));
    expect(await store.collect(new Set([wanted.sha256]), 5000)).toEqual({ files: 1, bytes: 3 });
    await store.stop();
    const { store: restarted } = await openStore({ dir });
    expect(await Promise.all([wanted, old, again].map(({ sha256: name }) => restarted.has(name)))).toEqual([
      true,
      false,
      true,
    ]);
  });
});
