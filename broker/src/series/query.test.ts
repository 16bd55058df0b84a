import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { createSeriesStore } from './store.js';
import type { Point, SeriesSlice, SeriesStore } from './types.js';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const start = Date.UTC(2026, 10, 1);
const source = 'sensor:s';

async function openStore(clock: () => number): Promise<SeriesStore> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'meshdeck-series-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  const store = await createSeriesStore({ dataDir, logger: pino({ level: 'silent' }), clock });
  onTestFinished(() => store.stop());
  return store;
}

/** What M4 promises, checked column by column against all readings. */
function expectM4(slice: SeriesSlice | undefined, readings: readonly Point[], maxPoints: number): void {
  const sorted = [...readings].sort((a, b) => a[0] - b[0]);
  const values = sorted.map(([, value]) => value);
  expect(slice?.count).toBe(sorted.length);
  expect(slice?.min).toBe(Math.min(...values));
  expect(slice?.max).toBe(Math.max(...values));
  expect(slice?.mean).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / values.length, 6);
  const points = slice?.points ?? [];
  expect(points.length).toBeLessThanOrEqual(maxPoints);
  expect(points).toEqual([...points].sort((a, b) => a[0] - b[0]));
  const known = new Set(sorted.map(String));
  expect(points.filter((point) => !known.has(String(point)))).toEqual([]);
  if (slice?.decimated !== true) return;
  const columns = (all: readonly Point[]): Map<number, Point[]> => {
    const found = new Map<number, Point[]>();
    for (const point of all) {
      const column = Math.floor(point[0] / slice.resolutionMs);
      found.set(column, [...(found.get(column) ?? []), point]);
    }
    return found;
  };
  const kept = columns(points);
  for (const [column, all] of columns(sorted)) {
    const some = kept.get(column) ?? [];
    const [allValues, someValues] = [all, some].map((list) => list.map(([, value]) => value));
    expect(Math.min(...(someValues ?? []))).toBe(Math.min(...(allValues ?? [])));
    expect(Math.max(...(someValues ?? []))).toBe(Math.max(...(allValues ?? [])));
    expect([some[0]?.[0], some.at(-1)?.[0]]).toEqual([all[0]?.[0], all.at(-1)?.[0]]);
  }
}

test('decimation keeps first, last, least and greatest of every pixel column', async () => {
  const store = await openStore(() => start + hourMs);
  let series = 0;
  const readings = fc.uniqueArray(
    fc.tuple(fc.integer({ min: 0, max: 5000 }), fc.double({ noNaN: true, min: -1e9, max: 1e9 })),
    { minLength: 1, maxLength: 400, selector: ([at]) => at },
  );
  await fc.assert(
    fc.asyncProperty(readings, fc.integer({ min: 8, max: 120 }), async (rows, maxPoints) => {
      const one = `${source}${String((series += 1))}`;
      const points = rows.map(([at, value]): Point => [start + at, value + 0]);
      for (const [ts, value] of points) store.append(one, 'x', ts, value);
      const query = { source: one, keys: ['x'], fromMs: start, toMs: start + 5000, maxPoints };
      const [slice] = await store.query(query);
      expectM4(slice, points, maxPoints);
      expect(slice?.decimated).toBe(points.length > maxPoints);
    }),
    { numRuns: 60 },
  );
});

test('long intervals drawn from roll-ups say what the readings say, late ones and ragged ends included', async () => {
  let now = start + 10 * dayMs;
  const store = await openStore(() => now);
  const readings: Point[] = [];
  let seed = 7;
  const random = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
  const add = (ts: number, value: number): void => {
    readings.push([ts, value]);
    store.append(source, 'x', ts, value);
  };
  // Live, rolled up as time goes by; then late readings in hours that were rolled up, on the way and at the end.
  for (let day = 10; day < 14; day += 1) {
    for (let at = 0; at < dayMs; at += 20_000 + Math.floor(random() * 20_000)) {
      add(start + day * dayMs + at, random() * 100);
    }
    now = start + (day + 1) * dayMs + 17 * minuteMs;
    await store.maintain();
    for (let late = 0; late < 50; late += 1) add(now - Math.floor(random() * 3 * dayMs), random() * 1000);
  }
  const distinct = [...new Map(readings.map((point) => [point[0], point])).values()];
  expect(distinct).toHaveLength(readings.length);
  for (const [fromMs, toMs, maxPoints, resolutionMs] of [
    [start + 10 * dayMs, now, 100, 5 * minuteMs],
    [start + 10 * dayMs + 12_345, now - 54_321, 40, 5 * hourMs],
    [start + 11 * dayMs + 1, start + 11 * dayMs + 6 * hourMs + 1, 200, minuteMs],
  ] as const) {
    const [slice] = await store.query({ source, fromMs, toMs, maxPoints });
    expect(slice?.decimated).toBe(true);
    expect(slice?.resolutionMs).toBeGreaterThanOrEqual(resolutionMs);
    expectM4(
      slice,
      readings.filter(([ts]) => ts >= fromMs && ts <= toMs),
      maxPoints,
    );
  }
});

test('few readings in a long interval come as they are', async () => {
  const store = await openStore(() => start + 20 * dayMs);
  const points = Array.from({ length: 30 }, (_, day): Point => [start + (day * dayMs) / 2, day]);
  for (const [ts, value] of points) store.append(source, 'x', ts, value);
  await store.maintain();
  const [slice] = await store.query({ source, fromMs: 0, toMs: start + 40 * dayMs, maxPoints: 100 });
  expect(slice).toMatchObject({ points, decimated: false, resolutionMs: 0 });
});
