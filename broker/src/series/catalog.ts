import type { DuckDBConnection } from '@duckdb/node-api';
import { MeshdeckError } from '@meshdeck/shared';
import { columnsOf, numbers, strings } from './database.js';
import { cellsSql } from './m4.js';
import type { RollUpState } from './roll-up-state.js';
import { createTables, cellOfCells, schemaVersion } from './schema.js';
import type { Series, SeriesIndex } from './series-index.js';
import { planSegments } from './segments.js';

/** Makes the tables of a new file; refuses a file whose tables a newer Meshdeck made. */
export async function prepareTables(connection: DuckDBConnection): Promise<void> {
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
  }
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
      lastTs: -Infinity,
      lastValue: Number.NaN,
    });
  });
}

export async function loadRetention(connection: DuckDBConnection): Promise<Map<string, number>> {
  const [sources, days] = await columnsOf(connection, 'SELECT source, days FROM retention');
  return new Map(strings(sources).map((source, row) => [source, numbers(days)[row] ?? 0]));
}

export interface SeriesTotals {
  count: number;
  firstTs: number;
  lastTs: number;
  lastValue: number;
}

/** What is known of each series over all time, by id: from hour cells, then minutes, then readings. */
export async function readTotals(
  connection: DuckDBConnection,
  series: readonly Series[],
  state: RollUpState,
): Promise<Map<number, SeriesTotals>> {
  const totals = new Map<number, SeriesTotals>();
  if (series.length === 0) return totals;
  const reach = { rawFloorMs: 0, minuteFloorMs: 0, minutesTo: state.minutesTo, hoursTo: state.hoursTo };
  const segments = [
    ...planSegments(0, state.hoursTo, 'hour_cells', reach),
    ...planSegments(state.hoursTo, Number.MAX_SAFE_INTEGER, 'minute_cells', reach),
  ];
  const ids = series.map(({ id }) => id);
  const columns = await columnsOf(
    connection,
    `SELECT series_id, n::DOUBLE, first_ts::DOUBLE, last_ts::DOUBLE, last
     FROM (SELECT series_id, ${cellOfCells} FROM (${cellsSql(segments, ids)}) GROUP BY series_id)`,
  );
  const [idList, counts, firsts, lasts, values] = columns.map(numbers);
  idList?.forEach((id, row) => {
    totals.set(id, {
      count: counts?.[row] ?? 0,
      firstTs: firsts?.[row] ?? 0,
      lastTs: lasts?.[row] ?? 0,
      lastValue: values?.[row] ?? 0,
    });
  });
  return totals;
}
