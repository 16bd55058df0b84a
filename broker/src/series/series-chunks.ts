import type { DuckDBConnection } from '@duckdb/node-api';
import { columnsOf, numbers } from './database.js';

/** Series that follow one another, with not many more rows than were asked for. */
export interface SeriesChunk {
  firstId: number;
  lastId: number;
  rows: number;
}

/** Cuts the rows that meet a condition into chunks of whole series; one series with more rows than that is a chunk of its own. */
export async function chunksOf(
  connection: DuckDBConnection,
  { table, where, rowsPerChunk }: { table: string; where: string; rowsPerChunk: number },
): Promise<SeriesChunk[]> {
  const columns = await columnsOf(
    connection,
    `SELECT series_id, count(*)::DOUBLE FROM ${table} WHERE ${where} GROUP BY series_id ORDER BY series_id`,
  );
  const [ids, counts] = columns.map(numbers);
  const chunks: SeriesChunk[] = [];
  ids?.forEach((id, row) => {
    const rows = counts?.[row] ?? 0;
    const last = chunks.at(-1);
    if (last === undefined || last.rows + rows > rowsPerChunk) chunks.push({ firstId: id, lastId: id, rows });
    else Object.assign(last, { lastId: id, rows: last.rows + rows });
  });
  return chunks;
}
