import type { DuckDBConnection } from '@duckdb/node-api';
import { columnsOf, numbers, strings } from './database.js';

/**
 * What comes is written to a log, in order of arrival; once its day is over it is packed: the same rows in another table, by
 * day and series. A reading takes 10 bytes in the log and 3 packed, and one machine's day lies together.
 */
export interface TablePair {
  readonly log: 'points' | 'minute_cells';
  readonly packed: 'packed_points' | 'packed_minutes';
}

export const readingsPair: TablePair = { log: 'points', packed: 'packed_points' };
export const minutesPair: TablePair = { log: 'minute_cells', packed: 'packed_minutes' };

/**
 * How far a pair is packed: everything before `packedTo`, and of the time up to `windowEnd` the series below `seriesBelow`.
 * Rows of the log that are packed stay there until they are deleted, and count no more.
 */
export interface PackMark {
  packedTo: number;
  windowEnd: number;
  seriesBelow: number;
}

export type PackMarks = Record<TablePair['log'], PackMark>;

export const unpacked = (): PackMark => ({ packedTo: 0, windowEnd: 0, seriesBelow: 0 });

/** Whether a row belongs into the packed table. */
export const isPacked = (mark: PackMark, tsMs: number, seriesId: number): boolean =>
  tsMs < mark.packedTo || (tsMs < mark.windowEnd && seriesId < mark.seriesBelow);

/** Rows of the log that are not packed yet. */
export const notPackedSql = ({ packedTo, windowEnd, seriesBelow }: PackMark): string =>
  windowEnd <= packedTo || seriesBelow === 0
    ? `ts >= ${String(packedTo)}`
    : `ts >= ${String(packedTo)} AND (ts >= ${String(windowEnd)} OR series_id >= ${String(seriesBelow)})`;

/** Rows of both tables that meet a condition, each once. `columns` may name `rowid`: within a series and time it is the order of arrival. */
export function rowsSql(options: {
  pair: TablePair;
  mark: PackMark;
  columns: string;
  where: string;
}): string {
  const { pair, mark, columns, where } = options;
  const log = `SELECT ${columns} FROM ${pair.log} WHERE ${where} AND ${notPackedSql(mark)}`;
  return mark.windowEnd === 0 && mark.packedTo === 0
    ? log
    : `SELECT ${columns} FROM ${pair.packed} WHERE ${where} UNION ALL ${log}`;
}

/** The marks as this connection's transaction sees them. */
export async function readMarks(connection: DuckDBConnection): Promise<PackMarks> {
  const [logs, ...columns] = await columnsOf(
    connection,
    'SELECT log, packed_to::DOUBLE, window_end::DOUBLE, series_below::DOUBLE FROM packing',
  );
  const [packedTo, windowEnd, seriesBelow] = columns.map(numbers);
  const marks: PackMarks = { points: unpacked(), minute_cells: unpacked() };
  strings(logs).forEach((log, row) => {
    if (log !== 'points' && log !== 'minute_cells') return;
    marks[log] = {
      packedTo: packedTo?.[row] ?? 0,
      windowEnd: windowEnd?.[row] ?? 0,
      seriesBelow: seriesBelow?.[row] ?? 0,
    };
  });
  return marks;
}

export async function saveMark(
  connection: DuckDBConnection,
  { log }: TablePair,
  mark: PackMark,
): Promise<void> {
  const { packedTo, windowEnd, seriesBelow } = mark;
  await connection.run(`DELETE FROM packing WHERE log = '${log}'`);
  await connection.run(
    `INSERT INTO packing VALUES ('${log}', ${String(packedTo)}, ${String(windowEnd)}, ${String(seriesBelow)})`,
  );
}
