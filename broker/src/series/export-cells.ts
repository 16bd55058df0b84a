import type { TablesSeen } from './m4.js';
import { cellOfCells, hourMs, isoTime, minuteMs, pointAsCell } from './schema.js';
import type { Reach } from './segments.js';
import type { Series } from './series-index.js';
import { minutesPair, readingsPair, rowsSql } from './table-pairs.js';
import type { SeriesExport, Tier } from './types.js';

const isLate = `(series_id, ts // ${String(hourMs)}) IN (SELECT (series_id, hour::BIGINT) FROM late)`;

/**
 * Rows of an export of summaries: `ts`, `ts_ms` (the start of the minute or hour), `key`, `min`, `max`, `mean`, `count`. Every
 * minute or hour that the interval touches, whole; minutes only from where they are kept on. What is not rolled up yet, or
 * has late readings, is made of the readings.
 */
export function cellRowsSql(
  { fromMs, toMs }: SeriesExport,
  tier: Exclude<Tier, 'readings'>,
  options: { series: readonly Series[]; reach: Reach; seen: TablesSeen; keySql: string },
): string {
  const { series, reach, seen, keySql } = options;
  const widthMs = tier === 'minutes' ? minuteMs : hourMs;
  const madeTo = tier === 'minutes' ? reach.minutesTo : reach.hoursTo;
  const ids = series.length === 0 ? 'NULL' : series.map(({ id }) => id).join(', ');
  const startMs = Math.floor(fromMs / widthMs) * widthMs;
  const from = tier === 'minutes' ? Math.max(startMs, reach.minuteFloorMs) : startMs;
  const to = Math.floor(toMs / widthMs) * widthMs + widthMs;
  const range = (first: number, end: number) =>
    `ts >= ${String(first)} AND ts < ${String(end)} AND series_id IN (${ids})`;
  const made = `${range(from, Math.min(to, madeTo))}${seen.hasLate ? ` AND NOT (${isLate})` : ''}`;
  const cells =
    tier === 'minutes'
      ? rowsSql({ pair: minutesPair, mark: seen.marks.minute_cells, columns: '*', where: made })
      : `SELECT * FROM hour_cells WHERE ${made}`;
  const points = (where: string) =>
    rowsSql({ pair: readingsPair, mark: seen.marks.points, columns: pointAsCell, where });
  const late = seen.hasLate
    ? ` UNION ALL ${points(`${range(from, Math.min(to, madeTo))} AND ${isLate}`)}`
    : '';
  const unmade = `${points(range(Math.max(from, madeTo), to))}${late}`;
  const grouped = `SELECT series_id, cell AS ts, ${cellOfCells} FROM (SELECT ts // ${String(widthMs)} * ${String(widthMs)} AS cell, *
    FROM (${unmade})) GROUP BY series_id, cell`;
  return `SELECT ${isoTime} AS ts, ts AS ts_ms, ${keySql} AS key, low AS min, high AS max, total / n AS mean, n AS count
    FROM (${cells} UNION ALL ${grouped}) ORDER BY ts_ms, key`;
}
