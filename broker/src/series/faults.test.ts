import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { canMountDisks } from '@meshdeck/testing/programs';
import { smallDisk } from '@meshdeck/testing/vitest';
import { build } from 'esbuild';
import { pino } from 'pino';
import { beforeAll, afterAll, expect, onTestFinished, test } from 'vitest';
import { createSeriesStore } from './store.js';
import type { SeriesStore } from './types.js';

const start = Date.now() - 60_000;

async function tempDir(): Promise<string> {
  const dir = await mkdtemp(path.join(tmpdir(), 'meshdeck-series-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

async function openStore(dataDir: string): Promise<SeriesStore> {
  const store = await createSeriesStore({ dataDir, logger: pino({ level: 'silent' }) });
  onTestFinished(() => store.stop());
  return store;
}

let bundleDir: string;
let bundle: string;

const shared = (file: string) => path.join(import.meta.dirname, `../../../shared/src/${file}.ts`);

/** The store as JavaScript, so that a plain Node process can run it; packages stay where they are. */
beforeAll(async () => {
  bundleDir = await mkdtemp(path.join(tmpdir(), 'meshdeck-series-bundle-'));
  const outfile = path.join(bundleDir, 'store.mjs');
  await build({
    entryPoints: [path.join(import.meta.dirname, 'store.ts')],
    bundle: true,
    format: 'esm',
    platform: 'node',
    outfile,
    // What it loads by `require` is looked for from where its source lies.
    define: { 'import.meta.url': JSON.stringify(import.meta.url) },
    alias: { '@meshdeck/shared/runtime': shared('runtime/index'), '@meshdeck/shared': shared('index') },
    plugins: [
      {
        name: 'packages-by-address',
        setup({ onResolve }) {
          onResolve({ filter: /^[a-z@]/ }, ({ path: name, importer }) => {
            if (name.startsWith('node:') || name.startsWith('@meshdeck/shared') || importer === '')
              return undefined;
            return { path: pathToFileURL(createRequire(importer).resolve(name)).href, external: true };
          });
        },
      },
    ],
  });
  bundle = pathToFileURL(outfile).href;
});
afterAll(() => rm(bundleDir, { recursive: true, force: true }));

/**
 * A process of its own with a store in `dataDir` that prints after each flush how many readings are safe, or what failed:
 * then it waits until it is told to go on.
 */
function appendInChild(
  dataDir: string,
  shell?: string,
): { child: ChildProcess; line: () => Promise<string>; goOn: () => void } {
  const script = `
    import { createInterface } from 'node:readline';
    import { pino } from 'pino';
    const again = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
    const { createSeriesStore } = await import(process.env.STORE_URL);
    const store = await createSeriesStore({ dataDir: process.env.DATA_DIR, logger: pino({ level: 'silent' }) });
    if (store.state.status !== 'ready') console.log(JSON.stringify(store.state.problem));
    for (let round = 1; ; round += 1) {
      for (let row = 0; row < 5000; row += 1) {
        store.append('node:a', 'k' + (row % 5), ${String(start)} + row, Math.random());
      }
      try {
        await store.flush();
        console.log(round * 5000);
      } catch (error) {
        console.log(JSON.stringify({ code: error.code, message: error.message, ...store.state, problem: undefined }));
        await again.next();
      }
    }`;
  const node = [process.execPath, '--input-type=module', '-e', script] as const;
  const [command, ...args] = shell === undefined ? node : ['/bin/sh', '-c', shell, 'sh', ...node];
  const child = spawn(command, args, {
    cwd: import.meta.dirname,
    env: { ...process.env, STORE_URL: bundle, DATA_DIR: dataDir },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    child,
    line: async () => String((await lines.next()).value),
    goOn: () => void child.stdin.write('\n'),
  };
}

test('holds everything flushed when the process is killed', async () => {
  const dataDir = await tempDir();
  const { child, line } = appendInChild(dataDir);
  let safeRows = 0;
  while (safeRows < 200_000) safeRows = Number(await line());
  child.kill('SIGKILL');
  await once(child, 'exit');
  const store = await openStore(dataDir);
  const series = await store.listSeries();
  expect(series.map(({ key }) => key)).toEqual(['k0', 'k1', 'k2', 'k3', 'k4']);
  const rows = series.reduce((sum, { count }) => sum + count, 0);
  expect(rows).toBeGreaterThanOrEqual(safeRows);
  expect(rows % 5000).toBe(0);
});

test('says which process holds the file, and refuses queries with the same sentence', async () => {
  const dataDir = await tempDir();
  const { child, line } = appendInChild(dataDir);
  await line();
  const store = await openStore(dataDir);
  expect(store.state.status).toBe('degraded');
  expect(store.state.problem).toMatchObject({ code: 'data-dir-in-use' });
  expect(store.state.problem?.message).toContain(`process ${String(child.pid)}`);
  store.append('node:a', 'x', start, 1);
  expect(store.droppedRows).toBe(1);
  await expect(store.listSeries()).rejects.toMatchObject({ code: 'data-dir-in-use' });
});

test('says that a damaged file is damaged, and leaves it alone', async () => {
  const dataDir = await tempDir();
  await writeFile(path.join(dataDir, 'series.duckdb'), 'no database at all'.repeat(1000));
  const store = await openStore(dataDir);
  expect(store.state.problem?.message).toMatch(/is damaged and cannot be read/);
});

/** DuckDB's block checksum [duckdb/src/common/checksum.cpp], over blocks of whole 8-byte words. */
function checksum(bytes: Buffer): bigint {
  let sum = 5381n;
  for (let at = 0; at < bytes.length; at += 8) {
    sum ^= BigInt.asUintN(64, bytes.readBigUInt64LE(at) * 0xbf58476d1ce4e5b9n);
  }
  return sum;
}

test('says that a file of a newer version of the engine is not its own', async () => {
  const dataDir = await tempDir();
  const first = await openStore(dataDir);
  await first.stop();
  const file = await open(path.join(dataDir, 'series.duckdb'), 'r+');
  onTestFinished(() => file.close());
  // A header of 4096 bytes: its checksum, then the letters DUCK, then the storage version.
  const header = Buffer.alloc(4096);
  await file.read(header, 0, header.length, 0);
  expect(header.readBigUInt64LE(0)).toBe(checksum(header.subarray(8)));
  header.writeBigUInt64LE(9999n, 12);
  header.writeBigUInt64LE(checksum(header.subarray(8)), 0);
  await file.write(header, 0, header.length, 0);
  const store = await openStore(dataDir);
  expect(store.state.problem).toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('another version') as string,
  });
});

test('says that tables of a newer Meshdeck are not its own', async () => {
  const dataDir = await tempDir();
  const first = await openStore(dataDir);
  await first.stop();
  const instance = await DuckDBInstance.create(path.join(dataDir, 'series.duckdb'));
  const connection = await instance.connect();
  await connection.run("UPDATE meta SET value = 99 WHERE name = 'schema_version'");
  connection.closeSync();
  instance.closeSync();
  const store = await openStore(dataDir);
  expect(store.state.problem).toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('newer Meshdeck') as string,
  });
});

test('says that the folder cannot be written, where it is a file', async () => {
  const dataDir = path.join(await tempDir(), 'data');
  await writeFile(dataDir, '');
  const store = await openStore(dataDir);
  expect(store.state.problem?.message).toMatch(/may not write/);
});

const canLimit = existsSync('/usr/bin/prlimit') || existsSync('/bin/prlimit');
test.skipIf(!canLimit)('waits out a full disk and stores what waited (needs util-linux)', async () => {
  const dataDir = await tempDir();
  // Files of at most 1,000 KiB: writing past that fails as it would on a full disk.
  const { child, line, goOn } = appendInChild(dataDir, 'trap "" XFSZ; ulimit -S -f 2000; exec "$@"');
  let said = '';
  while (!said.startsWith('{')) said = await line();
  expect(JSON.parse(said)).toMatchObject({
    code: 'disk-full',
    message: expect.stringMatching(/disk .* is full/) as string,
    status: 'degraded',
    droppedRows: 0,
  });
  const { bufferedRows } = JSON.parse(said) as { bufferedRows: number };
  expect(bufferedRows).toBeGreaterThan(0);
  await once(spawn('prlimit', ['--pid', String(child.pid), '--fsize=unlimited']), 'exit');
  while (said.startsWith('{')) {
    goOn();
    said = await line();
  }
  child.kill('SIGKILL');
  await once(child, 'exit');
  const counts = (await (await openStore(dataDir)).listSeries()).map(({ count }) => count);
  // Whole rounds of five series, each round once: nothing is lost and nothing is written twice.
  expect(new Set(counts).size).toBe(1);
  expect((counts[0] ?? 0) * 5).toBeGreaterThanOrEqual(Number(said));
  expect((counts[0] ?? 0) * 5).toBeLessThanOrEqual(Number(said) + 10_000);
});

test.skipIf(!canMountDisks())(
  'says that a real disk is full, not that it may not write there (needs root)',
  async () => {
    const store = await openStore(smallDisk('size=3m'));
    const fill = async () => {
      for (let at = start; ; at += 5000) {
        for (let row = 0; row < 5000; row += 1) store.append('node:a', 'x', at + row, Math.random());
        await store.flush();
      }
    };
    await expect(fill()).rejects.toMatchObject({ code: 'disk-full' });
    expect(store.state.problem).toMatchObject({
      code: 'disk-full',
      message: expect.stringMatching(/The disk that holds .* is full. Free some space/) as string,
    });
  },
);

test.skipIf(!canMountDisks())(
  'says so too where it is full before the first start (needs root)',
  async () => {
    // Room for the folder itself and nothing in it.
    const store = await openStore(path.join(smallDisk('size=1m,nr_inodes=1'), 'series'));
    expect(store.state.problem).toMatchObject({ code: 'disk-full' });
  },
);
