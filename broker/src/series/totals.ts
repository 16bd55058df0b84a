import type { DuckDBConnection } from '@duckdb/node-api';
import { columnsOf, numbers, type SeriesDatabase } from './database.js';
import type { RollUpState } from './roll-up-state.js';
import { hourMs } from './schema.js';
import type { SeriesIndex } from './series-index.js';
import { minutesPair, notPackedSql, readingsPair, rowsSql } from './table-pairs.js';

const totalsOfCells = 'sum(n)::BIGINT, min(first_ts), max(last_ts), arg_max(last, last_ts)';

/** Adds what cells of minutes say of each series, or with `sign` -1 takes their number away again. In the transaction that makes or deletes them. */
export async function addTotals(
  connection: DuckDBConnection,
  { marks }: Pick<RollUpState, 'marks'>,
  { where, sign }: { where: string; sign: 1 | -1 },
): Promise<void> {
  const cells = rowsSql({ pair: minutesPair, mark: marks.minute_cells, columns: '*', where });
  await connection.run(
    `INSERT INTO totals SELECT series_id, ${String(sign)} * sum(n)::BIGINT, min(first_ts), max(last_ts), arg_max(last, last_ts)
     FROM (${cells}) GROUP BY series_id`,
  );
}

/** Once, for a file of an earlier version: from all of its cells. */
export async function fillTotals(connection: DuckDBConnection): Promise<void> {
  const hoursTo = "(SELECT max(value) FROM meta WHERE name = 'hours_to')";
  await connection.run(
    `INSERT INTO totals SELECT series_id, ${totalsOfCells} FROM hour_cells GROUP BY series_id`,
  );
  await connection.run(
    `INSERT INTO totals SELECT series_id, ${totalsOfCells} FROM minute_cells WHERE ts >= ${hoursTo} GROUP BY series_id`,
  );
}

/** One row a series in place of one for each minute. */
export async function mergeTotals(connection: DuckDBConnection): Promise<void> {
  await connection.run(`CREATE OR REPLACE TEMP TABLE merged AS SELECT series_id, sum(n)::BIGINT AS n, min(first_ts) AS first_ts,
    max(last_ts) AS last_ts, arg_max(last, last_ts) AS last FROM totals GROUP BY series_id`);
  await connection.run('DELETE FROM totals');
  await connection.run('INSERT INTO totals SELECT * FROM merged');
  await connection.run('DROP TABLE merged');
}

/** Readings that are looked through before the store is open; more than that is a backlog. */
const atOnce = 1_000_000;

/** Whether so many readings wait for their roll-up that going through them takes longer than a start should. */
export async function hasBacklog(
  connection: DuckDBConnection,
  { minutesTo, marks }: RollUpState,
): Promise<boolean> {
  const [counts] = await columnsOf(
    connection,
    `SELECT count(*)::DOUBLE FROM (SELECT 1 FROM points WHERE ts >= ${String(minutesTo)}
     AND ${notPackedSql(marks.points)} LIMIT ${String(atOnce + 1)})`,
  );
  return (numbers(counts)[0] ?? 0) > atOnce;
}

/** What is known of each series: of its roll-ups. */
export async function loadTotals(connection: DuckDBConnection, index: SeriesIndex): Promise<void> {
  for (const series of index.all()) Object.assign(series, { count: 0, firstTs: Infinity });
  await add(connection, index, 'SELECT * FROM totals');
}

/** And of readings that are not rolled up yet. */
export async function loadTail(
  connection: DuckDBConnection,
  index: SeriesIndex,
  { minutesTo, marks, late }: RollUpState,
): Promise<void> {
  const asRow = 'SELECT series_id, 1 AS n, ts AS first_ts, ts AS last_ts, value AS last';
  const raw = (where: string) =>
    rowsSql({ pair: readingsPair, mark: marks.points, columns: 'series_id, ts, value', where });
  await add(connection, index, `${asRow} FROM (${raw(`ts >= ${String(minutesTo)}`)})`);
  if (late.size === 0) return;
  const isLate = `ts < ${String(minutesTo)} AND (series_id, ts // ${String(hourMs)}) IN (SELECT (series_id, hour::BIGINT) FROM late)`;
  const cells = rowsSql({ pair: minutesPair, mark: marks.minute_cells, columns: '*', where: isLate });
  await add(connection, index, `${asRow} FROM (${raw(isLate)})`);
  await add(connection, index, `SELECT series_id, -n AS n, first_ts, last_ts, last FROM (${cells})`);
}

async function add(connection: DuckDBConnection, index: SeriesIndex, rows: string): Promise<void> {
  const columns = await columnsOf(
    connection,
    `SELECT series_id, sum(n)::DOUBLE, min(first_ts)::DOUBLE, max(last_ts)::DOUBLE, arg_max(last, last_ts)
     FROM (${rows}) GROUP BY series_id`,
  );
  const [ids, counts, firsts, lasts, values] = columns.map(numbers);
  ids?.forEach((id, row) => {
    const series = index.byId(id);
    if (series === undefined) return;
    series.count += counts?.[row] ?? 0;
    series.firstTs = Math.min(series.firstTs, firsts?.[row] ?? Infinity);
    const lastTs = lasts?.[row] ?? -Infinity;
    if (lastTs > series.lastTs) Object.assign(series, { lastTs, lastValue: values?.[row] ?? Number.NaN });
  });
}

/**
 * Goes through a backlog's readings beside all else, as of now. Resolves once it has begun: what is stored from then on is
 * not among them. `ended` hears the end.
 */
export function loadBacklog(
  database: SeriesDatabase,
  index: SeriesIndex,
  state: RollUpState,
  ended: (error: unknown) => void,
): Promise<void> {
  const asOfNow = { ...state, marks: { ...state.marks }, late: new Set(state.late) };
  return new Promise((resolve, reject) => {
    database
      .read(async (connection) => {
        // From the first look on the transaction sees the tables as they are.
        await columnsOf(connection, 'SELECT name FROM meta LIMIT 1');
        resolve();
        await loadTail(connection, index, asOfNow);
      })
      .then(
        () => ended(null),
        (error: unknown) => {
          reject(error instanceof Error ? error : new Error(String(error)));
          ended(error);
        },
      );
  });
}
