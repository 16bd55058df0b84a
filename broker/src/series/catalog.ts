import type { DuckDBConnection } from '@duckdb/node-api';
import { MeshdeckError } from '@meshdeck/shared';
import { columnsOf, numbers, strings } from './database.js';
import { createTables, schemaVersion } from './schema.js';
import { nothingStored, type SeriesIndex } from './series-index.js';
import { fillTotals } from './totals.js';

/**
 * Makes the tables of a new file, and those that a file of an earlier version lacks; refuses a file whose tables a newer Meshdeck
 * made. Resolves to the earlier version, null where there was none.
 */
export async function prepareTables(connection: DuckDBConnection): Promise<number | null> {
  await connection.run(createTables);
  const [versions] = await columnsOf(
    connection,
    "SELECT value::DOUBLE FROM meta WHERE name = 'schema_version'",
  );
  const version = numbers(versions)[0];
  if (version === undefined) {
    await connection.run(`INSERT INTO meta VALUES ('schema_version', ${String(schemaVersion)})`);
  } else if (version > schemaVersion) {
    throw new MeshdeckError(
      'conflict',
      'The stored readings were written by a newer Meshdeck. Update this hub, or give it another data folder.',
      { detail: `schema version ${String(version)}, this hub knows ${String(schemaVersion)}` },
    );
  } else if (version < schemaVersion) {
    await fillTotals(connection);
    await connection.run(`UPDATE meta SET value = ${String(schemaVersion)} WHERE name = 'schema_version'`);
    return version;
  }
  return null;
}

/**
 * Fills the index from the file. Series that memory knows already keep what it knows of them; those the file has not
 * (it was moved away while the hub ran) are saved again.
 */
export async function loadIndex(connection: DuckDBConnection, index: SeriesIndex): Promise<void> {
  const [ids, sources, keys, rawFloors, minuteFloors] = await columnsOf(
    connection,
    'SELECT id, source, key, raw_floor::DOUBLE, minute_floor::DOUBLE FROM series ORDER BY id',
  );
  const [idList, sourceList, keyList] = [numbers(ids), strings(sources), strings(keys)];
  const [rawList, minuteList] = [numbers(rawFloors), numbers(minuteFloors)];
  const inFile = new Set(idList);
  for (const series of index.all()) if (series.saved && !inFile.has(series.id)) index.saveAgain(series);
  idList.forEach((id, row) => {
    if (index.byId(id) !== undefined) return;
    index.load({
      id,
      source: sourceList[row] ?? '',
      key: keyList[row] ?? '',
      rawFloorMs: rawList[row] ?? 0,
      minuteFloorMs: minuteList[row] ?? 0,
      saved: true,
      ...nothingStored(),
    });
  });
}

export async function loadRetention(connection: DuckDBConnection): Promise<Map<string, number>> {
  const [sources, days] = await columnsOf(connection, 'SELECT source, days FROM retention');
  return new Map(strings(sources).map((source, row) => [source, numbers(days)[row] ?? 0]));
}
