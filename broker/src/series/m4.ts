import { cellOfCells, hourMs, minuteMs, pointAsCell } from './schema.js';
import { planSegments, type Level, type Reach, type Segment } from './segments.js';

/** Roll-ups are used from five cells a pixel column on: below that, rounding to whole cells would coarsen the picture. */
const cellsPerColumn = 5;

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
    exactMs >= cellsPerColumn * hourMs
      ? 'hour_cells'
      : exactMs >= cellsPerColumn * minuteMs
        ? 'minute_cells'
        : 'points';
  const cellMs = level === 'hour_cells' ? hourMs : level === 'minute_cells' ? minuteMs : 1;
  return {
    segments: planSegments(fromMs, toMs, level, reach),
    columnMs: Math.ceil(exactMs / cellMs) * cellMs,
  };
}

/** The segments as one relation of cells. `ids` are integers of our own. */
export function cellsSql(segments: readonly Segment[], ids: readonly number[]): string {
  return segments
    .map(({ table, fromMs, toMs }) => {
      const columns = table === 'points' ? pointAsCell : '*';
      return `SELECT ${columns} FROM ${table}
        WHERE ts >= ${String(fromMs)} AND ts < ${String(toMs)} AND series_id IN (${ids.join(', ')})`;
    })
    .join(' UNION ALL ');
}

/**
 * M4 aggregation [Jugel et al., "M4: A Visualization-Oriented Time Series Data Aggregation", PVLDB 7(10), 2014]: the
 * first, last, least and greatest reading of each pixel column. A line drawn through them is, pixel by pixel, the
 * line drawn through all readings; no spike is lost. One row a series and column, ordered by both.
 */
export function m4Sql({ segments, columnMs }: Plan, ids: readonly number[]): string {
  return `SELECT series_id, ts // ${String(columnMs)} AS px, ${cellOfCells}
    FROM (${cellsSql(segments, ids)}) GROUP BY series_id, px ORDER BY series_id, px`;
}
