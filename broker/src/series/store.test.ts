import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { pino } from 'pino';
import { describe, expect, onTestFinished, test } from 'vitest';
import { keepReadings } from './fixtures.js';
import { createSeriesStore, type SeriesStoreOptions } from './store.js';
import type { SeriesStore } from './types.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const start = Date.UTC(2026, 10, 21, 10, 0, 0);
const source = 'node:a';

async function tempDir(): Promise<string> {
  const dir = await mkdtemp(path.join(tmpdir(), 'meshdeck-series-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

async function openStore(options: Partial<SeriesStoreOptions> = {}): Promise<SeriesStore> {
  const store = await createSeriesStore({
    dataDir: options.dataDir ?? (await tempDir()),
    logger: pino({ level: 'silent' }),
    clock: () => start,
    // The computer's own time passes as the clock says.
    uptime: options.clock ?? (() => start),
    ...options,
  });
  onTestFinished(() => store.stop());
  return store;
}

describe('storing readings', () => {
  test('gives back what was appended, before any flush was asked for, sorted by time', async () => {
    const store = await openStore();
    store.append(source, 'temperature', start + 2000, 21.5);
    store.append(source, 'temperature', start, 20);
    store.append(source, 'load', start + 1000, 0.5);
    const slices = await store.query({ source, fromMs: start, toMs: start + 2000 });
    expect(slices.map(({ key, points }) => [key, points])).toEqual([
      ['load', [[start + 1000, 0.5]]],
      [
        'temperature',
        [
          [start, 20],
          [start + 2000, 21.5],
        ],
      ],
    ]);
    expect(slices[1]).toMatchObject({ count: 2, min: 20, max: 21.5, mean: 20.75, decimated: false });
  });

  test('keeps readings over a restart, and their series ids', async () => {
    const dataDir = await tempDir();
    const first = await openStore({ dataDir });
    first.append(source, 'temperature', start, 1);
    await first.stop();
    const second = await openStore({ dataDir });
    second.append(source, 'temperature', start + 1, 2);
    second.append('sensor:s', 'temperature', start + 1, 3);
    const [slice] = await second.query({ source, fromMs: start, toMs: start + 10 });
    expect(slice?.points).toEqual([
      [start, 1],
      [start + 1, 2],
    ]);
  });

  test('keeps both of two readings with the same time, in order of arrival', async () => {
    const store = await openStore();
    store.append(source, 'x', start, 2);
    store.append(source, 'x', start, 1);
    const [slice] = await store.query({ source, fromMs: start, toMs: start });
    expect(slice?.points).toEqual([
      [start, 2],
      [start, 1],
    ]);
  });

  test('loses nothing while appending goes on during flushes', async () => {
    const store = await openStore({ batchRows: 500 });
    let flushes = Promise.resolve();
    for (let row = 0; row < 20_000; row += 1) {
      store.append(source, `k${String(row % 7)}`, start + row, row);
      if (row % 3000 === 0) flushes = store.flush();
      if (row % 1000 === 0) await new Promise(setImmediate);
    }
    await flushes;
    await store.flush();
    const total = (await store.listSeries()).reduce((sum, { count }) => sum + count, 0);
    expect(total).toBe(20_000);
    expect(store.state).toMatchObject({ storedRows: 20_000, bufferedRows: 0, droppedRows: 0 });
  });

  test('counts what it cannot take and goes on', async () => {
    const store = await openStore({ keeping: keepReadings(1) });
    store.append(source, 'x', start, Number.NaN);
    store.append(source, 'x', start + 0.5, 1);
    store.append(source, 'x', start - 2 * dayMs, 1);
    for (let key = 0; key < 600; key += 1) store.append('sensor:wild', `k${String(key)}`, start, key);
    store.append(source, 'x', start, 7);
    await store.flush();
    expect(store.state.refusedRows).toEqual({ invalid: 2, tooOld: 1, tooManySeries: 88 });
    expect(await store.latest(source)).toEqual([{ key: 'x', ts: start, value: 7 }]);
  });

  test('drops only past the bound, and says how many', async () => {
    const store = await openStore({ maxBufferedRows: 100, batchRows: 1000 });
    for (let row = 0; row < 150; row += 1) store.append(source, 'x', start + row, row);
    expect(store.droppedRows).toBe(50);
    await store.flush();
    expect(store.state.storedRows).toBe(100);
  });
});

describe('asking what is there', () => {
  test('lists series with their extent and newest value, after a restart too', async () => {
    const dataDir = await tempDir();
    const first = await openStore({ dataDir });
    first.append(source, 'b', start - 5 * hourMs, 1);
    first.append(source, 'b', start + 1000, 3);
    first.append(source, 'b', start - 1000, 2);
    first.append('sensor:s', 'a', start, 9);
    await first.stop();
    const store = await openStore({ dataDir, clock: () => start + 2 * hourMs });
    await store.maintain();
    expect(await store.listSeries()).toMatchObject([
      { source, key: 'b', count: 3, firstTs: start - 5 * hourMs, lastTs: start + 1000, lastValue: 3 },
      { source: 'sensor:s', key: 'a', count: 1, firstTs: start, lastTs: start, lastValue: 9 },
    ]);
    expect(await store.latest(source)).toEqual([{ key: 'b', ts: start + 1000, value: 3 }]);
    expect(await store.latest('node:nobody')).toEqual([]);
  });

  test('refuses an interval that ends before it starts', async () => {
    const store = await openStore();
    await expect(store.query({ source, fromMs: 2, toMs: 1 })).rejects.toMatchObject({
      code: 'invalid-request',
    });
  });

  test('forgets a source whole, and takes its name anew', async () => {
    const store = await openStore({ clock: () => start + 3 * hourMs });
    store.append(source, 'x', start, 1);
    store.append('node:b', 'x', start, 5);
    await store.maintain();
    store.append(source, 'x', start + 1, 1);
    await store.removeSource(source);
    expect((await store.listSeries()).map((series) => series.source)).toEqual(['node:b']);
    store.append(source, 'x', start + 2, 2);
    const [slice] = await store.query({ source, fromMs: start, toMs: start + 10 });
    expect(slice?.points).toEqual([[start + 2, 2]]);
  });
});

describe('exporting', () => {
  async function filled(): Promise<SeriesStore> {
    const store = await openStore();
    store.append(source, "it's", start + 1, 2.25);
    store.append(source, 'a', start + 1, 0.1 + 0.2);
    store.append(source, 'a', start, -1e-7);
    store.append(source, 'a', start, 4);
    store.append('node:b', 'a', start, 99);
    return store;
  }

  test('writes long CSV by time, then key, then arrival', async () => {
    const store = await filled();
    const filePath = path.join(await tempDir(), "o'ut.csv");
    const result = await store.exportTo({ source, fromMs: start, toMs: start + 1, format: 'csv', filePath });
    const csv = await readFile(filePath, 'utf8');
    expect(csv.trimEnd().split('\n')).toEqual([
      'ts,ts_ms,key,value',
      `2026-11-21T10:00:00.000Z,${String(start)},a,-1e-07`,
      `2026-11-21T10:00:00.000Z,${String(start)},a,4.0`,
      `2026-11-21T10:00:00.001Z,${String(start + 1)},a,0.30000000000000004`,
      `2026-11-21T10:00:00.001Z,${String(start + 1)},it's,2.25`,
    ]);
    expect(result).toEqual({ rows: 4, bytes: csv.length });
    expect(await readdir(path.dirname(filePath))).toEqual(["o'ut.csv"]);
  });

  test('exports exactly what was appended, whatever the values and their order of arrival', async () => {
    const store = await openStore({ batchRows: 37 });
    const dir = await tempDir();
    let run = 0;
    const rows = fc.uniqueArray(
      fc.tuple(fc.integer({ min: 0, max: 10_000 }), fc.double({ noNaN: true, noDefaultInfinity: true })),
      { maxLength: 200, selector: ([at]) => at },
    );
    await fc.assert(
      fc.asyncProperty(rows, async (readings) => {
        const one = `sensor:${String((run += 1))}`;
        for (const [at, value] of readings) store.append(one, 'x', start + at, value);
        const filePath = path.join(dir, `${String(run)}.csv`);
        await store.exportTo({ source: one, fromMs: start, toMs: start + 10_000, format: 'csv', filePath });
        const lines = (await readFile(filePath, 'utf8')).trimEnd().split('\n').slice(1);
        const exported = lines
          .map((line) => line.split(','))
          .map(([, ts, , value]) => [Number(ts), Number(value)]);
        const expected = readings.map(([at, value]) => [start + at, value]);
        expect(exported).toEqual(expected.sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0)));
      }),
      { numRuns: 30 },
    );
  });

  test('writes wide CSV, the last arrival standing for equal times', async () => {
    const store = await filled();
    const filePath = path.join(await tempDir(), 'out.csv');
    await store.exportTo({ source, fromMs: start, toMs: start + 1, format: 'csv', wide: true, filePath });
    expect((await readFile(filePath, 'utf8')).trimEnd().split('\n')).toEqual([
      "ts,ts_ms,a,it's",
      `2026-11-21T10:00:00.000Z,${String(start)},4.0,`,
      `2026-11-21T10:00:00.001Z,${String(start + 1)},0.30000000000000004,2.25`,
    ]);
  });

  test('writes only a header where there is nothing', async () => {
    const store = await filled();
    const filePath = path.join(await tempDir(), 'out.csv');
    await store.exportTo({ source: 'node:none', fromMs: 0, toMs: start, format: 'csv', filePath });
    expect(await readFile(filePath, 'utf8')).toBe('ts,ts_ms,key,value\n');
  });

  test('writes Parquet, and leaves nothing behind where the folder is missing', async () => {
    const store = await filled();
    const dir = await tempDir();
    const request = { source, fromMs: start, toMs: start + 1, format: 'parquet' as const };
    const { rows } = await store.exportTo({ ...request, filePath: path.join(dir, 'out.parquet') });
    expect(rows).toBe(4);
    expect((await readFile(path.join(dir, 'out.parquet'))).subarray(0, 4).toString()).toBe('PAR1');
    await expect(store.exportTo({ ...request, filePath: path.join(dir, 'no', 'x') })).rejects.toThrow();
    expect(await readdir(dir)).toEqual(['out.parquet']);
  });

  test('streams, and removes the file when the stream is closed', async () => {
    const dataDir = await tempDir();
    const store = await openStore({ dataDir });
    store.append(source, 'a', start, 1);
    const { stream, bytes } = await store.exportStream({ source, fromMs: start, toMs: start, format: 'csv' });
    expect(await text(stream)).toHaveLength(bytes);
    await expect.poll(() => readdir(path.join(dataDir, 'series-exports'))).toEqual([]);
  });
});

test('measurements that take several statements to decimate each keep their spike', async () => {
  const store = await openStore();
  for (let row = 0; row < 20_100; row += 1) {
    for (let key = 0; key < 8; key += 1)
      store.append(source, `k${String(key)}`, start + row, row === 77 ? key : -1);
  }
  const slices = await store.query({ source, fromMs: start, toMs: start + 20_100, maxPoints: 20_000 });
  expect(slices).toHaveLength(8);
  for (const { key, points, decimated } of slices) {
    expect(decimated).toBe(true);
    expect(points.find(([ts]) => ts === start + 77)?.[1]).toBe(Number(key.slice(1)));
  }
});

describe('forgetting', () => {
  test('deletes what is older than its days, but keeps drawing it from roll-ups', async () => {
    const dataDir = await tempDir();
    let now = start;
    const store = await openStore({ dataDir, keeping: keepReadings(2), clock: () => now });
    await store.setRetention('node:kept', 10);
    for (let at = 0; at < 6 * hourMs; at += 1000) {
      store.append(source, 'x', start + at, at === 3 * hourMs ? 1000 : Math.sin(at));
    }
    store.append('node:kept', 'x', start, 1);
    now = start + 4 * dayMs;
    await store.maintain();
    const filePath = path.join(dataDir, 'left.csv');
    const left = { fromMs: start, toMs: now, format: 'csv' as const, filePath };
    expect(await store.exportTo({ source, ...left })).toMatchObject({ rows: 0 });
    expect(await store.exportTo({ source: 'node:kept', ...left })).toMatchObject({ rows: 1 });
    const [slice] = await store.query({ source, fromMs: start, toMs: now });
    expect(slice).toMatchObject({ count: 21_600, max: 1000 });
    expect(slice?.points).toContainEqual([start + 3 * hourMs, 1000]);
    store.append(source, 'x', start + 1, 5);
    await store.flush();
    expect(store.state.refusedRows.tooOld).toBe(1);
  });

  test('gives the space of deleted readings back to new ones', async () => {
    const dataDir = await tempDir();
    let now = start;
    const store = await openStore({ dataDir, keeping: keepReadings(1), clock: () => now });
    const fill = async (): Promise<number> => {
      for (let row = 0; row < 100_000; row += 1) store.append(source, 'x', now + row, Math.random());
      now += 3 * dayMs;
      await store.maintain();
      return (await stat(path.join(dataDir, 'series.duckdb'))).size;
    };
    const sizes: number[] = [];
    for (let time = 1; time <= 12; time += 1) sizes.push(await fill());
    // How much of it is free at a given moment is the engine's affair; if none came back it would be three times as much.
    expect(sizes.at(-1)).toBeLessThan(2 * Math.max(...sizes.slice(0, 4)));
  }, 90_000);
});
