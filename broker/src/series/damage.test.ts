import { copyFile, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openWithoutLog } from './damaged-log.js';
import { createSeriesStore } from './store.js';

const start = Date.now() - 3_600_000;

async function tempDir(): Promise<string> {
  const dir = await mkdtemp(path.join(tmpdir(), 'meshdeck-series-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

async function openStore(dataDir: string) {
  const store = await createSeriesStore({ dataDir, logger: pino({ level: 'silent' }) });
  onTestFinished(() => store.stop());
  return store;
}

/** The files as a kill leaves them: 28,800 readings in the file, 20 in its log. */
async function killedStore(): Promise<{ dir: string; log: string; file: string }> {
  const [from, dir] = [await tempDir(), await tempDir()];
  const first = await openStore(from);
  for (let row = 0; row < 28_800; row += 1) first.append('node:a', 'x', start + row, row);
  await first.stop();
  const second = await openStore(from);
  for (let row = 0; row < 20; row += 1) {
    second.append('node:a', 'x', start + 28_800 + row, row);
    await second.flush();
  }
  for (const name of ['series.duckdb', 'series.duckdb.wal']) {
    await copyFile(path.join(from, name), path.join(dir, name));
  }
  return { dir, file: path.join(dir, 'series.duckdb'), log: path.join(dir, 'series.duckdb.wal') };
}

async function countIn(dir: string) {
  const store = await openStore(dir);
  const [series] = await store.listSeries();
  return { count: series?.count, state: store.state };
}

test('has all of it after a kill', async () => {
  const { dir } = await killedStore();
  expect(await countIn(dir)).toMatchObject({ count: 28_820, state: { notices: [] } });
});

test.each([0.3, 0.6, 0.9])(
  'opens without its log where that is damaged at %f of it, keeps it aside and says what is lost',
  async (where) => {
    const { dir, log } = await killedStore();
    const bytes = await readFile(log);
    const at = Math.floor(bytes.length * where);
    bytes.writeUInt8(bytes.readUInt8(at) ^ 0xff, at);
    await writeFile(log, bytes);
    const { count, state } = await countIn(dir);
    expect(count).toBe(28_800);
    expect(state.status).toBe('ready');
    expect(state.notices).toEqual([
      expect.stringMatching(/\.wal was damaged and set aside as .* all that was stored before is there\./),
    ]);
    const aside = (await readdir(dir)).filter((name) => name.includes('.wal.damaged-'));
    expect(aside).toHaveLength(1);
    expect(await readFile(path.join(dir, aside[0] ?? ''))).toEqual(bytes);
  },
);

test('leaves the log where it is when the file itself is damaged', async () => {
  const { dir, file, log } = await killedStore();
  const bytes = await readFile(file);
  bytes.fill(0x41, 0, 12_288);
  await writeFile(file, bytes);
  const kept = await readFile(log);
  const store = await openStore(dir);
  expect(store.state.problem?.message).toMatch(/series\.duckdb is damaged and cannot be read/);
  expect(await readFile(log)).toEqual(kept);
});

test.each([
  'IO Error: Cannot open file "series.duckdb.wal": Too many open files',
  'IO Error: Cannot open file "series.duckdb.wal": Permission denied',
  'Failure while replaying WAL file "series.duckdb.wal": Could not write file: No space left on device',
])('leaves the log where it is when it is not what is wrong: %s', async (text) => {
  const dir = await tempDir();
  const file = path.join(dir, 'series.duckdb');
  await writeFile(`${file}.wal`, 'log');
  const error = new Error(text);
  const openAgain = vi.fn(() => Promise.reject(new Error('it was opened without its log')));
  await expect(openWithoutLog(file, error, openAgain)).rejects.toBe(error);
  expect(openAgain).not.toHaveBeenCalled();
  expect(await readdir(dir)).toEqual(['series.duckdb.wal']);
});
