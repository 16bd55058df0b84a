import { columnsOf, numbers, type SeriesDatabase } from './database.js';
import { dayMs } from './schema.js';
import { chunksOf } from './series-chunks.js';
import type { Series } from './series-index.js';
import type { Tier } from './types.js';

/**
 * DuckDB remembers deleted rows in memory, 8 bytes for each row of a touched block, until they are checkpointed:
 * 2,000,000 scattered rows at once did not fit 64 MB. Rows that lie together are deleted together.
 */
const rowsPerStep = 500_000;

const tables = {
  readings: { log: 'points', packed: 'packed_points' },
  minutes: { log: 'minute_cells', packed: 'packed_minutes' },
  hours: { log: 'hour_cells', packed: null },
} as const satisfies Record<Tier, { log: string; packed: string | null }>;

const idsOf = (series: readonly Series[]): string => series.map(({ id }) => id).join(', ');

/** Deletes the rows of these series before `beforeMs`, in small steps with time for others in between. Resolves to how many. */
export async function deleteRows(
  database: SeriesDatabase,
  tier: Tier,
  series: readonly Series[],
  beforeMs: number,
): Promise<number> {
  if (series.length === 0) return 0;
  const { log, packed } = tables[tier];
  const old = `ts < ${String(beforeMs)} AND series_id IN (${idsOf(series)})`;
  let deleted = packed === null ? 0 : await deleteOfPacked(database, packed, { old, beforeMs });
  for (;;) {
    const rows = await deleteStep(database, log, old);
    if (rows === 0) return deleted;
    deleted += rows;
  }
}

/** One step of a log, oldest rows first. Resolves to whether there may be more. */
export const deleteOfLog = async (database: SeriesDatabase, log: string, old: string): Promise<boolean> =>
  (await deleteStep(database, log, old)) > 0;

async function deleteStep(database: SeriesDatabase, table: string, old: string): Promise<number> {
  const [counts, oldest, newest] = await database.read((connection) =>
    columnsOf(
      connection,
      `SELECT count(*)::DOUBLE, min(ts)::DOUBLE, max(ts)::DOUBLE FROM ${table} WHERE ${old} HAVING count(*) > 0`,
    ),
  );
  const [count, fromMs, lastMs] = [counts, oldest, newest].map((column) => numbers(column)[0]);
  if (count === undefined || fromMs === undefined || lastMs === undefined) return 0;
  const endMs = fromMs + Math.ceil((lastMs + 1 - fromMs) / Math.ceil(count / rowsPerStep));
  return deleteWhere(database, table, `${old} AND ts < ${String(endMs)}`);
}

/** Day by day, and of each some series at a time. */
async function deleteOfPacked(
  database: SeriesDatabase,
  table: string,
  { old, beforeMs }: { old: string; beforeMs: number },
): Promise<number> {
  let deleted = 0;
  for (;;) {
    const oldestMs = await database.read(async (connection) => {
      const sql = `SELECT min(ts)::DOUBLE FROM ${table} WHERE ${old} HAVING count(*) > 0`;
      return numbers((await columnsOf(connection, sql))[0])[0];
    });
    if (oldestMs === undefined) return deleted;
    const endMs = Math.min(beforeMs, Math.floor(oldestMs / dayMs) * dayMs + dayMs);
    const ofDay = `${old} AND ts < ${String(endMs)}`;
    const chunks = await database.read((connection) =>
      chunksOf(connection, { table, where: ofDay, rowsPerChunk: rowsPerStep }),
    );
    for (const { firstId, lastId } of chunks) {
      const inChunk = `series_id BETWEEN ${String(firstId)} AND ${String(lastId)}`;
      deleted += await deleteWhere(database, table, `${ofDay} AND ${inChunk}`);
    }
  }
}

async function deleteWhere(database: SeriesDatabase, table: string, where: string): Promise<number> {
  const rows = await database.transaction(async (connection) => {
    const result = await connection.run(`DELETE FROM ${table} WHERE ${where}`);
    return result.rowsChanged;
  });
  await database.checkpoint();
  return rows;
}
