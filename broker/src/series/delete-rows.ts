import { columnsOf, numbers, type SeriesDatabase } from './database.js';
import type { Series } from './series-index.js';
import { hourMs } from './schema.js';

/** Time deleted in one transaction at most, so that appending goes on in between. */
const stepMs = 12 * hourMs;

/**
 * DuckDB remembers deleted rows in memory, 8 bytes for each row of a touched block, until they are checkpointed:
 * 2,000,000 scattered rows at once did not fit 64 MB.
 */
const rowsPerCheckpoint = 250_000;

/** Deletes the rows of these series before `beforeMs`, oldest first, in small steps. Resolves to how many. */
export async function deleteRows(
  database: SeriesDatabase,
  table: 'points' | 'minute_cells' | 'hour_cells',
  series: readonly Series[],
  beforeMs: number,
): Promise<number> {
  if (series.length === 0) return 0;
  const old = `ts < ${String(beforeMs)} AND series_id IN (${series.map(({ id }) => id).join(', ')})`;
  let deleted = 0;
  let sinceCheckpoint = 0;
  for (;;) {
    const oldestMs = await database.read(async (connection) => {
      const sql = `SELECT min(ts)::DOUBLE FROM ${table} WHERE ${old} HAVING count(*) > 0`;
      return numbers((await columnsOf(connection, sql))[0])[0];
    });
    if (oldestMs === undefined) break;
    const rows = await database.transaction(async (connection) => {
      const endMs = Math.floor(oldestMs / stepMs) * stepMs + stepMs;
      const result = await connection.run(`DELETE FROM ${table} WHERE ${old} AND ts < ${String(endMs)}`);
      return result.rowsChanged;
    });
    deleted += rows;
    sinceCheckpoint += rows;
    if (sinceCheckpoint < rowsPerCheckpoint) continue;
    await database.checkpoint();
    sinceCheckpoint = 0;
  }
  if (sinceCheckpoint > 0) await database.checkpoint();
  return deleted;
}
