import { cellOfCells, hourMs, minuteMs, pointAsCell } from './schema.js';
import { planSegments, type Level, type Reach, type Segment } from './segments.js';
import { minutesPair, readingsPair, rowsSql, type PackMarks } from './table-pairs.js';

/**
 * Cells a pixel column from which on roll-ups are used: below that, rounding to whole cells would coarsen the picture. Hours are
 * used earlier, since a month of minutes of one machine is half a million cells.
 */
const cellsPerColumn = { minutes: 5, hours: 2 };

/** How an interval is read: which tables, and how wide a pixel column is. */
export interface Plan {
  segments: Segment[];
  columnMs: number;
}

/** Columns are multiples of their width since 1970, so a chart that slides with time does not shimmer. */
export function planQuery(fromMs: number, toMs: number, maxPoints: number, reach: Reach): Plan {
  // Four points a column, and one column more than fits where both ends are cut.
  const columns = Math.max(1, Math.floor(maxPoints / 4) - 1);
  const exactMs = Math.max(1, Math.ceil((toMs - fromMs) / columns));
  const level: Level =
    exactMs >= cellsPerColumn.hours * hourMs
      ? 'hour_cells'
      : exactMs >= cellsPerColumn.minutes * minuteMs
        ? 'minute_cells'
        : 'points';
  const cellMs = level === 'hour_cells' ? hourMs : level === 'minute_cells' ? minuteMs : 1;
  return {
    segments: planSegments(fromMs, toMs, level, reach),
    columnMs: Math.ceil(exactMs / cellMs) * cellMs,
  };
}

/** What a reader's transaction sees: how far the tables are packed, and whether readings wait to be rolled up again. */
export interface TablesSeen {
  marks: PackMarks;
  hasLate: boolean;
}

const isLate = `(series_id, ts // ${String(hourMs)}) IN (SELECT (series_id, hour::BIGINT) FROM late)`;

/**
 * The segments as one relation of cells. `ids` are integers of our own. Hours with late readings are read from the readings
 * until their cells are made again, so nobody waits for that.
 */
export function cellsSql(
  segments: readonly Segment[],
  ids: readonly number[],
  { marks, hasLate }: TablesSeen,
): string {
  return segments
    .flatMap(({ table, fromMs, toMs }) => {
      const inRange = `ts >= ${String(fromMs)} AND ts < ${String(toMs)} AND series_id IN (${ids.join(', ')})`;
      const points = (where: string) =>
        rowsSql({ pair: readingsPair, mark: marks.points, columns: pointAsCell, where });
      if (table === 'points') return [points(inRange)];
      const where = hasLate ? `${inRange} AND NOT (${isLate})` : inRange;
      const cells =
        table === 'hour_cells'
          ? `SELECT * FROM hour_cells WHERE ${where}`
          : rowsSql({ pair: minutesPair, mark: marks.minute_cells, columns: '*', where });
      return hasLate ? [cells, points(`${inRange} AND ${isLate}`)] : [cells];
    })
    .join(' UNION ALL ');
}

/**
 * M4 aggregation [Jugel et al., "M4: A Visualization-Oriented Time Series Data Aggregation", PVLDB 7(10), 2014]: the
 * first, last, least and greatest reading of each pixel column. A line drawn through them is, pixel by pixel, the
 * line drawn through all readings; no spike is lost. One row a series and column, ordered by both.
 */
export function m4Sql({ segments, columnMs }: Plan, ids: readonly number[], seen: TablesSeen): string {
  return `SELECT series_id, ts // ${String(columnMs)} AS px, ${cellOfCells}
    FROM (${cellsSql(segments, ids, seen)}) GROUP BY series_id, px ORDER BY series_id, px`;
}
