import type { DuckDBConnection } from '@duckdb/node-api';
import { MeshdeckError } from '@meshdeck/shared';
import { columnsOf, numbers } from './database.js';
import { cellsSql, m4Sql, planQuery, type Plan, type TablesSeen } from './m4.js';
import type { RollUpState } from './roll-up-state.js';
import type { Series } from './series-index.js';
import { groupsPerStatement } from './schema.js';
import type { Reach } from './segments.js';
import { readingsPair, readMarks, rowsSql } from './table-pairs.js';
import type { Point, SeriesQuery, SeriesSlice, Tier } from './types.js';

const pointLimits = { least: 8, most: 20_000, usual: 1000, inAll: 40_000 };

/** Checks an interval; throws `invalid-request`. */
export function checkInterval({ fromMs, toMs }: { fromMs: number; toMs: number }): void {
  if (!Number.isSafeInteger(fromMs) || !Number.isSafeInteger(toMs) || fromMs > toMs) {
    throw new MeshdeckError(
      'invalid-request',
      'The interval needs a start and an end in milliseconds since 1970, the start not after the end.',
    );
  }
}

/** Series of one source over an interval: the readings where they are few, else M4 of them. Ordered by key. */
export async function querySeries(
  connection: DuckDBConnection,
  query: SeriesQuery,
  series: readonly Series[],
  reach: Reach & { hasLate: boolean },
): Promise<SeriesSlice[]> {
  const { least, most, usual, inAll } = pointLimits;
  const each = Math.min(most, inAll / Math.max(1, series.length));
  const maxPoints = Math.floor(Math.max(least, Math.min(each, query.maxPoints ?? usual)));
  const plan = planQuery(query.fromMs, query.toMs + 1, maxPoints, reach);
  const seen: TablesSeen = { marks: await readMarks(connection), hasLate: reach.hasLate };
  const slices = await summarize(connection, plan, series, seen);
  const few = series.filter(({ id }) => {
    const slice = slices.get(id);
    return slice !== undefined && slice.count <= maxPoints && slice.firstTs >= reach.rawFloorMs;
  });
  const many = series.filter((one) => !few.includes(one));
  await fillRaw(connection, query, few, slices, seen);
  // Groups are series times columns; no statement makes more than fit the memory.
  const atOnce = Math.max(1, Math.floor((groupsPerStatement * 4) / maxPoints));
  for (let at = 0; at < many.length; at += atOnce) {
    await fillDecimated(connection, plan, many.slice(at, at + atOnce), slices, seen);
  }
  return [...slices.values()]
    .map(({ firstTs: _firstTs, ...slice }) => slice)
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

interface SummedSlice extends SeriesSlice {
  firstTs: number;
}

async function summarize(
  connection: DuckDBConnection,
  plan: Plan,
  series: readonly Series[],
  seen: TablesSeen,
): Promise<Map<number, SummedSlice>> {
  const slices = new Map<number, SummedSlice>();
  if (series.length === 0 || plan.segments.length === 0) return slices;
  const columns = await columnsOf(
    connection,
    `SELECT series_id, sum(n)::DOUBLE, min(low), max(high), sum(total), min(first_ts)::DOUBLE
     FROM (${cellsSql(plan.segments, idsOf(series), seen)}) GROUP BY series_id`,
  );
  const [ids, counts, lows, highs, totals, firsts] = columns.map(numbers);
  ids?.forEach((id, row) => {
    const key = series.find((one) => one.id === id)?.key;
    const count = counts?.[row] ?? 0;
    if (key === undefined || count === 0) return;
    const [min, max, total] = [lows?.[row] ?? 0, highs?.[row] ?? 0, totals?.[row] ?? 0];
    const firstTs = firsts?.[row] ?? 0;
    slices.set(id, {
      key,
      points: [],
      count,
      min,
      max,
      mean: total / count,
      decimated: false,
      resolutionMs: 0,
      tier: 'readings',
      firstTs,
    });
  });
  return slices;
}

async function fillRaw(
  connection: DuckDBConnection,
  { fromMs, toMs }: SeriesQuery,
  series: readonly Series[],
  slices: Map<number, SummedSlice>,
  seen: TablesSeen,
): Promise<void> {
  if (series.length === 0) return;
  const columns = await columnsOf(
    connection,
    `SELECT series_id, ts::DOUBLE, value FROM (${rowsSql({
      pair: readingsPair,
      mark: seen.marks.points,
      columns: 'series_id, ts, value, rowid AS arrival',
      where: `ts >= ${String(fromMs)} AND ts <= ${String(toMs)} AND series_id IN (${idsOf(series).join(', ')})`,
    })}) ORDER BY series_id, ts, arrival`,
  );
  const [ids, times, values] = columns.map(numbers);
  ids?.forEach((id, row) => slices.get(id)?.points.push([times?.[row] ?? 0, values?.[row] ?? 0]));
}

async function fillDecimated(
  connection: DuckDBConnection,
  plan: Plan,
  series: readonly Series[],
  slices: Map<number, SummedSlice>,
  seen: TablesSeen,
): Promise<void> {
  if (series.length === 0 || plan.segments.length === 0) return;
  const columns = await columnsOf(
    connection,
    `SELECT series_id, first_ts::DOUBLE, first, low_ts::DOUBLE, low, high_ts::DOUBLE, high, last_ts::DOUBLE, last
     FROM (${m4Sql(plan, idsOf(series), seen)}) ORDER BY series_id, px`,
  );
  const [ids, ...pairs] = columns.map(numbers);
  const found = new Map<number, Point[]>();
  ids?.forEach((id, row) => {
    const points = found.get(id) ?? [];
    found.set(id, points);
    for (let pair = 0; pair < pairs.length; pair += 2) {
      points.push([pairs[pair]?.[row] ?? 0, pairs[pair + 1]?.[row] ?? 0]);
    }
  });
  for (const [id, points] of found) {
    const slice = slices.get(id);
    if (slice === undefined) continue;
    slice.points = inOrderOnce(points);
    slice.decimated = slice.count > slice.points.length;
    slice.resolutionMs = plan.columnMs;
    slice.tier = tierOf(plan);
  }
}

/** The coarsest that a plan reads. */
function tierOf({ segments }: Plan): Tier {
  const tables = segments.map(({ table }) => table);
  return tables.includes('hour_cells') ? 'hours' : tables.includes('minute_cells') ? 'minutes' : 'readings';
}

/** By time, each reading once: the first of a column is often its least as well. */
function inOrderOnce(points: Point[]): Point[] {
  points.sort((a, b) => a[0] - b[0]);
  return points.filter(([ts, value], at) => {
    for (let before = at - 1; before >= 0 && points[before]?.[0] === ts; before -= 1) {
      if (points[before]?.[1] === value) return false;
    }
    return true;
  });
}

/** Where the tables of a source's series begin and end. */
export const reachOf = (
  series: readonly Series[],
  { minutesTo, hoursTo, late }: RollUpState,
): Reach & { hasLate: boolean } => ({
  rawFloorMs: Math.max(0, ...series.map((one) => one.rawFloorMs)),
  minuteFloorMs: Math.max(0, ...series.map((one) => one.minuteFloorMs)),
  minutesTo,
  hoursTo,
  hasLate: late.size > 0,
});

const idsOf = (series: readonly Series[]): number[] => series.map(({ id }) => id);
