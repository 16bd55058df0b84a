import type { DuckDBConnection } from '@duckdb/node-api';
import { columnsOf, numbers, type SeriesDatabase } from './database.js';
import { lateHour, saveReach, type RollUpState } from './roll-up-state.js';
import { cellOfCells, cellOfPoints, groupsPerStatement, hourMs, minuteMs } from './schema.js';

/** Readings are this long under way before their minute is closed; what comes later is late, and still counted. */
const settleMs = 10_000;

/** (series, hour) pairs done again in one transaction. */
const latePerStep = groupsPerStatement / 60;

const minutesFrom = (where: string): string => `INSERT INTO minute_cells
  SELECT series_id, ts // ${String(minuteMs)} * ${String(minuteMs)} AS cell, ${cellOfPoints}
  FROM points WHERE ${where} GROUP BY series_id, cell ORDER BY cell, series_id`;
const hoursFrom = (where: string): string => `INSERT INTO hour_cells
  SELECT series_id, ts // ${String(hourMs)} * ${String(hourMs)} AS cell, ${cellOfCells}
  FROM minute_cells WHERE ${where} GROUP BY series_id, cell ORDER BY cell, series_id`;
const between = (fromMs: number, toMs: number): string => `ts >= ${String(fromMs)} AND ts < ${String(toMs)}`;

/**
 * Makes cells of every minute and hour that ended, then those of late readings again. Each step is one transaction,
 * so a cell is always what the readings of its time say, whenever the process dies.
 */
export async function rollUp(
  database: SeriesDatabase,
  state: RollUpState,
  { nowMs, seriesCount }: { nowMs: number; seriesCount: number },
): Promise<void> {
  const endMs = Math.floor((nowMs - settleMs) / minuteMs) * minuteMs;
  const minutesPerStep = Math.min(60, Math.ceil(groupsPerStatement / Math.max(1, seriesCount)));
  while (state.minutesTo < endMs) {
    const reach = await nextReach(database, state, endMs, minutesPerStep * minuteMs);
    await database.transaction(
      async (connection) => {
        await connection.run(minutesFrom(between(state.minutesTo, reach.minutesTo)));
        if (reach.hoursTo > state.hoursTo) {
          await connection.run(hoursFrom(between(state.hoursTo, reach.hoursTo)));
        }
        await saveReach(connection, reach);
      },
      () => Object.assign(state, reach),
    );
  }
  await rollUpLate(database, state);
}

/** How far one step goes: over all time without readings, then at most `stepMs`, to the end of the hour at most. */
async function nextReach(
  database: SeriesDatabase,
  { minutesTo, hoursTo }: RollUpState,
  endMs: number,
  stepMs: number,
): Promise<{ minutesTo: number; hoursTo: number }> {
  const [oldest] = await database.read((connection) =>
    columnsOf(
      connection,
      `SELECT min(ts)::DOUBLE FROM points WHERE ${between(minutesTo, endMs)} HAVING count(*) > 0`,
    ),
  );
  const firstMs = numbers(oldest)[0] ?? endMs;
  const fromMs = Math.max(minutesTo, Math.floor(firstMs / minuteMs) * minuteMs);
  const hourEndMs = Math.floor(fromMs / hourMs) * hourMs + hourMs;
  const reachedMs = Math.min(endMs, fromMs + stepMs, hourEndMs);
  return { minutesTo: reachedMs, hoursTo: Math.max(hoursTo, Math.floor(reachedMs / hourMs) * hourMs) };
}

/** Makes the cells of late readings again. Costs nothing when there are none. */
export async function rollUpLate(database: SeriesDatabase, state: RollUpState): Promise<void> {
  while (state.late.size > 0) {
    await database.transaction(
      (connection) => remakeCells(connection, state),
      (lastHour) => {
        for (const key of state.late) if (lateHour(key) <= lastHour) state.late.delete(key);
      },
    );
  }
}

/** One step, earliest hours first. Returns the last hour done. */
async function remakeCells(connection: DuckDBConnection, state: RollUpState): Promise<number> {
  const hours = Float64Array.from(state.late, lateHour).sort();
  const firstHour = hours[0];
  const lastHour = hours[Math.min(hours.length, latePerStep) - 1];
  if (firstHour === undefined || lastHour === undefined) return -1;
  const isLate = `${between(firstHour * hourMs, (lastHour + 1) * hourMs)} AND (series_id, ts // ${String(hourMs)})
    IN (SELECT (series_id, hour::BIGINT) FROM late WHERE hour <= ${String(lastHour)})`;
  await connection.run(`DELETE FROM minute_cells WHERE ${isLate}`);
  await connection.run(`DELETE FROM hour_cells WHERE ${isLate}`);
  await connection.run(minutesFrom(`${isLate} AND ts < ${String(state.minutesTo)}`));
  await connection.run(hoursFrom(`${isLate} AND ts < ${String(state.hoursTo)}`));
  await connection.run(`DELETE FROM late WHERE hour <= ${String(lastHour)}`);
  return lastHour;
}
