import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { keepReadings } from './fixtures.js';
import { createSeriesStore } from './store.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const start = Date.UTC(2026, 10, 21, 10, 30, 0);
const source = 'node:a';

async function computer() {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'meshdeck-clock-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  const time = { passedMs: 0, offMs: 0 };
  const now = () => start + time.passedMs + time.offMs;
  const open = async () => {
    const store = await createSeriesStore({
      dataDir,
      logger: pino({ level: 'silent' }),
      clock: now,
      uptime: () => time.passedMs,
      keeping: keepReadings(30),
    });
    onTestFinished(() => store.stop());
    return store;
  };
  return { dataDir, time, now, open };
}

const rowsIn = async (store: Awaited<ReturnType<typeof createSeriesStore>>, fromMs: number, toMs: number) =>
  (await store.query({ source, fromMs, toMs })).reduce((sum, { points }) => sum + points.length, 0);

test('deletes nothing at a start with a clock 90 days ahead, and takes readings again when it is right', async () => {
  const { time, now, open } = await computer();
  const first = await open();
  for (let row = 0; row < 100; row += 1) first.append(source, 'x', now() + row, row);
  await first.maintain();
  await first.stop();

  time.passedMs += hourMs;
  time.offMs = 90 * dayMs;
  const ahead = await open();
  ahead.append('node:new', 'y', now(), 1);
  await ahead.maintain();
  expect(await rowsIn(ahead, start, start + 100)).toBe(100);
  expect(ahead.state.notices.join(' ')).toMatch(/clock of the hub's computer is 90 d.* ahead/);
  await ahead.stop();

  time.passedMs += hourMs;
  time.offMs = 0;
  const right = await open();
  await right.maintain();
  for (const name of [source, 'node:new']) right.append(name, 'y', now(), 2);
  right.append(source, 'x', now(), 2);
  await right.flush();
  expect(right.state.refusedRows.tooOld).toBe(0);
  expect(right.state.notices).toEqual([]);
  expect(await rowsIn(right, start, start + 100)).toBe(100);
});

test('tells of series that an earlier version made refuse everything, and mends them once the clock is believed', async () => {
  const { dataDir, time, now, open } = await computer();
  const first = await open();
  first.append(source, 'x', now(), 1);
  await first.maintain();
  await first.stop();
  // As a clock 90 days ahead left it.
  const future = Math.floor((start + 60 * dayMs) / hourMs) * hourMs;
  const instance = await DuckDBInstance.create(path.join(dataDir, 'series.duckdb'));
  const connection = await instance.connect();
  await connection.run(`UPDATE series SET raw_floor = ${String(future)}, minute_floor = ${String(future)}`);
  await connection.run("DELETE FROM meta WHERE name LIKE 'clock_%'");
  await connection.run(
    `UPDATE meta SET value = ${String(future + 30 * dayMs)} WHERE name IN ('minutes_to', 'hours_to')`,
  );
  connection.closeSync();
  instance.closeSync();

  const store = await open();
  store.append(source, 'x', now(), 2);
  await store.maintain();
  expect(store.state.refusedRows.tooOld).toBe(1);
  expect(store.state.notices.join(' ')).toMatch(/1 series refuse even what is read now/);
  for (let hour = 0; hour < 26; hour += 1) {
    time.passedMs += hourMs;
    await store.maintain();
  }
  time.passedMs += hourMs;
  store.append(source, 'x', now(), 3);
  await store.maintain();
  expect(store.state.refusedRows.tooOld).toBe(1);
  const [slice] = await store.query({ source, fromMs: now() - hourMs, toMs: now() });
  expect(slice).toMatchObject({ count: 1, max: 3 });
});
