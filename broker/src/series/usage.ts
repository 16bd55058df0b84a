import type { DuckDBConnection } from '@duckdb/node-api';
import { columnsOf, numbers } from './database.js';
import type { Tier } from './types.js';

/** What the tables of one tier hold and take. */
export interface TierSize {
  tier: Tier;
  rows: number;
  bytes: number;
  oldestTs: number | null;
}

export interface StoreSize {
  usedBytes: number;
  freeBytes: number;
  tiers: TierSize[];
}

const tablesOf: readonly [Tier, readonly string[]][] = [
  ['readings', ['points', 'packed_points']],
  ['minutes', ['minute_cells', 'packed_minutes']],
  ['hours', ['hour_cells']],
];

/** Bytes in use and free of the file, with the log (`.wal`) beside it. Takes a few milliseconds. */
export async function fileSize(
  connection: DuckDBConnection,
): Promise<{ usedBytes: number; freeBytes: number }> {
  const columns = await columnsOf(
    connection,
    `SELECT block_size::DOUBLE, used_blocks::DOUBLE, free_blocks::DOUBLE FROM pragma_database_size()
     WHERE database_name = current_database()`,
  );
  const [blockBytes = 0, used = 0, free = 0] = columns.map((column) => numbers(column)[0] ?? 0);
  return { usedBytes: used * blockBytes, freeBytes: free * blockBytes };
}

/**
 * Counts rows and blocks of each tier. Readings take what the summaries leave of the file: their blocks are the many, and
 * counting those of a month of fifty machines took seconds.
 */
export async function measureStore(connection: DuckDBConnection): Promise<StoreSize> {
  const file = await fileSize(connection);
  const tiers: TierSize[] = [];
  for (const [tier, tables] of tablesOf) {
    const rows = tables.map((table) => `SELECT count(*) AS n, min(ts) AS oldest FROM ${table}`);
    const columns = await columnsOf(
      connection,
      `SELECT sum(n)::DOUBLE, coalesce(min(oldest), -1)::DOUBLE FROM (${rows.join(' UNION ALL ')})`,
    );
    const [count = 0, oldest = -1] = columns.map((column) => numbers(column)[0] ?? 0);
    let bytes = 0;
    if (tier !== 'readings') for (const table of tables) bytes += await bytesOf(connection, table);
    tiers.push({ tier, rows: count, bytes, oldestTs: oldest < 0 ? null : oldest });
  }
  const others = tiers.reduce((sum, { bytes }) => sum + bytes, 0);
  const [readings] = tiers;
  if (readings !== undefined) readings.bytes = Math.max(0, file.usedBytes - others);
  return { ...file, tiers };
}

async function bytesOf(connection: DuckDBConnection, table: string): Promise<number> {
  const [blocks] = await columnsOf(
    connection,
    `SELECT count(DISTINCT block_id)::DOUBLE * 262144 FROM pragma_storage_info('${table}') WHERE persistent AND block_id >= 0`,
  );
  return numbers(blocks)[0] ?? 0;
}
