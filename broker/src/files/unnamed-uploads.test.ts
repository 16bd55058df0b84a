import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { createFileStore } from './index.js';

const sha256 = (data: Buffer) => createHash('sha256').update(data).digest('hex');
const maxBytes = 1e9;

async function* bytes(...parts: Buffer[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}

async function* cut(data: Buffer): AsyncGenerator<Uint8Array> {
  yield data;
  throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
}

async function openStore(dir?: string) {
  const folder = dir ?? (await mkdtemp(join(tmpdir(), 'meshdeck-unnamed-')));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const store = await createFileStore({ dir: folder, logger: pino({ level: 'silent' }) });
  onTestFinished(() => store.stop());
  return { dir: folder, store, incoming: () => readdir(join(folder, 'incoming')) };
}

it('goes on with a file from where it was when it got its name, and checks all of it', async () => {
  const { store, incoming } = await openStore();
  const data = randomBytes(700_000);
  expect(await store.receiveUnnamed('one', { stream: bytes(data.subarray(0, 600_000)), maxBytes })).toBe(
    600_000,
  );
  await store.nameUpload('one', sha256(data));
  expect(await incoming()).toEqual([]);
  expect(await store.partialOffset(sha256(data))).toBe(600_000);
  const rest = { offset: 600_000, totalBytes: data.length, stream: bytes(data.subarray(600_000)) };
  expect(await store.append(sha256(data), rest)).toMatchObject({ complete: true });
  expect(Buffer.concat(await (await store.open(sha256(data))).stream.toArray()).equals(data)).toBe(true);
});

it('refuses a file whose beginning was another one, and takes it anew', async () => {
  const { store } = await openStore();
  const data = randomBytes(100_000);
  await store.receiveUnnamed('one', { stream: bytes(randomBytes(50_000)), maxBytes });
  await store.nameUpload('one', sha256(data));
  const rest = { offset: 50_000, totalBytes: data.length, stream: bytes(data.subarray(50_000)) };
  await expect(store.append(sha256(data), rest)).rejects.toMatchObject({ code: 'hash-mismatch' });
  expect(await store.partialOffset(sha256(data))).toBe(0);
  const whole = { offset: 0, totalBytes: data.length, stream: bytes(data) };
  expect(await store.append(sha256(data), whole)).toMatchObject({ complete: true });
});

it('keeps what came before a cut, and never gives up more of a file for less', async () => {
  const { store, incoming } = await openStore();
  const data = randomBytes(100_000);
  const half = { stream: cut(data.subarray(0, 50_000)), maxBytes };
  await expect(store.receiveUnnamed('one', half)).rejects.toMatchObject({ code: 'transfer-failed' });
  await store.nameUpload('one', sha256(data));
  expect(await store.partialOffset(sha256(data))).toBe(50_000);
  await store.receiveUnnamed('two', { stream: bytes(data.subarray(0, 10_000)), maxBytes });
  await store.nameUpload('two', sha256(data));
  expect(await store.partialOffset(sha256(data))).toBe(50_000);
  expect(await incoming()).toEqual([]);
});

it('takes a second upload under a key in place of the first, once that has ended', async () => {
  const { store, incoming } = await openStore();
  const stream = new PassThrough();
  const first = store.receiveUnnamed('one', { stream, maxBytes });
  stream.write('abc');
  await expect(store.receiveUnnamed('one', { stream: bytes(), maxBytes })).rejects.toMatchObject({
    code: 'conflict',
  });
  await expect(store.nameUpload('one', sha256(Buffer.from('abc')))).rejects.toMatchObject({
    code: 'conflict',
  });
  stream.end();
  await first;
  await store.receiveUnnamed('one', { stream: bytes(Buffer.from('xyz')), maxBytes });
  expect(await incoming()).toHaveLength(1);
  await store.nameUpload('one', sha256(Buffer.from('xyz')));
  expect(await store.partialOffset(sha256(Buffer.from('xyz')))).toBe(3);
});

it('forgets what nobody named when the hub starts anew, and knows nothing of a key that was never used', async () => {
  const { dir, store } = await openStore();
  await store.receiveUnnamed('one', { stream: bytes(Buffer.from('abc')), maxBytes });
  const again = await openStore(dir);
  expect(await again.incoming()).toEqual([]);
  await again.store.nameUpload('one', sha256(Buffer.from('abc')));
  expect(await again.store.partialOffset(sha256(Buffer.from('abc')))).toBe(0);
});
