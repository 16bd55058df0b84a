import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { usualTierDays } from '@meshdeck/shared';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { kindOf, type Keeping } from './keeping.js';
import { createSeriesStore } from './store.js';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const start = Date.UTC(2026, 10, 1);

async function machine(keeping?: Keeping) {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'meshdeck-tiers-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  const time = { now: start };
  const open = async () => {
    const store = await createSeriesStore({
      ...{ dataDir, logger: pino({ level: 'silent' }), clock: () => time.now, uptime: () => time.now },
      ...(keeping === undefined ? {} : { keeping }),
    });
    onTestFinished(() => store.stop());
    return store;
  };
  const sql = async (...statements: string[]) => {
    const instance = await DuckDBInstance.create(path.join(dataDir, 'series.duckdb'));
    const connection = await instance.connect();
    let rows: unknown[][] = [];
    for (const statement of statements) rows = (await connection.runAndReadAll(statement)).getRows();
    connection.closeSync();
    instance.closeSync();
    return rows;
  };
  return { dataDir, time, open, sql };
}

test('days that are over are packed, late readings of them included, and every reading is there once', async () => {
  const { dataDir, time, open, sql } = await machine();
  const store = await open();
  for (let row = 0; row < 96; row += 1) {
    const at = (row % 2) * dayMs + row * 5000;
    for (const key of ['x', 'y']) store.append('node:a', key, start + at, at);
  }
  time.now = start + 2 * dayMs + 2 * hourMs;
  await store.maintain();
  store.append('node:a', 'x', start + 5, -7);
  const span = { source: 'node:a', keys: ['x'], fromMs: start, toMs: time.now };
  // Before the minute of the late reading is made again, and after it.
  for (let time = 0; time < 2; time += 1) {
    const [fine, coarse] = [
      await store.query({ ...span, maxPoints: 200 }),
      await store.query({ ...span, maxPoints: 8 }),
    ];
    expect(fine[0]).toMatchObject({ count: 97, min: -7, tier: 'readings', decimated: false });
    expect(fine[0]?.points[1]).toEqual([start + 5, -7]);
    expect(coarse[0]).toMatchObject({ count: 97, min: -7, tier: 'hours', decimated: true });
    await store.maintain();
  }
  const file = { format: 'csv' as const, filePath: path.join(dataDir, 'all.csv') };
  expect(await store.exportTo({ ...span, ...file })).toMatchObject({ rows: 97 });
  await store.stop();
  const [counts] = await sql(
    'SELECT (SELECT count(*) FROM packed_points)::INT, (SELECT count(*) FROM points)::INT',
  );
  expect(counts).toEqual([193, 0]);
});

test('an export of minutes says least, greatest, mean and count of each, what is not rolled up yet included', async () => {
  const { dataDir, time, open } = await machine();
  const store = await open();
  for (const [at, value] of [
    [0, 1],
    [30_000, 3],
    [minuteMs, 5],
  ] as const)
    store.append('node:a', 'x', start + at, value);
  time.now = start + minuteMs + 20_000;
  await store.maintain();
  const filePath = path.join(dataDir, 'minutes.csv');
  await store.exportTo({
    source: 'node:a',
    fromMs: start,
    toMs: time.now,
    format: 'csv',
    tier: 'minutes',
    filePath,
  });
  expect((await readFile(filePath, 'utf8')).trimEnd().split('\n')).toEqual([
    'ts,ts_ms,key,min,max,mean,count',
    `2026-11-01T00:00:00.000Z,${String(start)},x,1.0,3.0,2.0,2`,
    `2026-11-01T00:01:00.000Z,${String(start + minuteMs)},x,5.0,5.0,5.0,1`,
  ]);
});

test('keeps the readings of sensors longer than those of machines', async () => {
  const { time, open } = await machine();
  const store = await open();
  for (const source of ['node:a', 'sensor:s']) store.append(source, 'x', start, 1);
  time.now = start + 20 * dayMs;
  await store.maintain();
  const tiers = await Promise.all(
    ['node:a', 'sensor:s'].map(async (source) => {
      const [slice] = await store.query({ source, fromMs: start, toMs: time.now });
      return slice?.resolutionMs === 0 ? 'readings' : slice?.tier;
    }),
  );
  expect(tiers[0]).not.toBe('readings');
  expect(tiers[1]).toBe('readings');
  expect((await store.listSeries()).map(({ count }) => count)).toEqual([1, 1]);
});

test('deletes the oldest readings where the budget is used up, keeps their summaries, and says so', async () => {
  const keeping = {
    of: (source: string) => usualTierDays[kindOf(source)],
    budgetBytes: null as number | null,
  };
  const { time, open } = await machine(keeping);
  const store = await open();
  for (let day = 0; day < 5; day += 1) {
    for (let row = 0; row < 20_000; row += 1)
      store.append('sensor:s', 'x', start + day * dayMs + row, Math.random());
    await store.flush();
  }
  time.now = start + 5 * dayMs + 2 * hourMs;
  await store.maintain();
  expect(store.state.notices).toEqual([]);
  keeping.budgetBytes = 1_500_000;
  await store.maintain();
  const notices = store.state.notices.join(' ');
  expect(notices).toMatch(/Readings from before 2026-11-0\d were deleted to keep the budget of 1.4 MiB/);
  const [slice] = await store.query({ source: 'sensor:s', fromMs: start, toMs: time.now });
  expect(slice?.count).toBe(100_000);
  const [series] = await store.listSeries();
  expect(series?.readingsFrom).toBeGreaterThan(start);
  // The newest readings are there still.
  expect(series?.readingsFrom).toBeLessThanOrEqual(start + 4 * dayMs);
});

test('works off what a store of the version before never rolled up, and answers the while', async () => {
  const { time, open, sql } = await machine();
  const first = await open();
  first.append('node:a', 'x', start, 0);
  await first.stop();
  // As the version before left it: nothing packed, no totals, 30 days of readings without summaries.
  await sql(
    ...['packed_points', 'packed_minutes', 'packing', 'totals'].map((table) => `DROP TABLE ${table}`),
    "UPDATE meta SET value = 1 WHERE name = 'schema_version'",
    `INSERT INTO points SELECT 1, ${String(start)} + range * 60000, range FROM range(1, 43200)`,
  );
  time.now = start + 30 * dayMs;
  const store = await open();
  const span = { source: 'node:a', fromMs: start, toMs: time.now, maxPoints: 100 };
  const asked = async () => {
    const [slice] = await store.query(span);
    return { count: slice?.count, max: slice?.max };
  };
  const all = { count: 43_200, max: 43_199 };
  expect(await asked()).toEqual(all);
  const working = store.maintain();
  expect(await asked()).toEqual(all);
  await working;
  expect(await asked()).toEqual(all);
  expect(await store.listSeries()).toMatchObject([{ count: 43_200, firstTs: start, lastValue: 43_199 }]);
}, 60_000);
