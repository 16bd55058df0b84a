import type { DuckDBConnection } from '@duckdb/node-api';
import { columnsOf, numbers, type SeriesDatabase } from './database.js';
import { lateHour, saveReach, type RollUpState } from './roll-up-state.js';
import { cellOfCells, cellOfPoints, groupsPerStatement, hourMs, minuteMs } from './schema.js';
import { isPacked, minutesPair, readingsPair, rowsSql } from './table-pairs.js';
import { addTotals } from './totals.js';

/** Readings are this long under way before their minute is closed; what comes later is late, and still counted. */
const settleMs = 10_000;

/** (series, hour) pairs done again in one transaction. */
const latePerStep = groupsPerStatement / 60;

/** Minutes done in one transaction at most, so that nobody who writes waits long behind one. */
const mostMinutesPerStep = 10;

type Marks = Pick<RollUpState, 'marks'>;

const between = (fromMs: number, toMs: number): string => `ts >= ${String(fromMs)} AND ts < ${String(toMs)}`;

/** Makes minute cells of the readings that meet a condition, none of them before `fromMs`. Resolves to how many cells. */
async function makeMinutes(
  connection: DuckDBConnection,
  { marks }: Marks,
  { where, fromMs }: { where: string; fromMs: number },
): Promise<number> {
  const raw = rowsSql({ pair: readingsPair, mark: marks.points, columns: 'series_id, ts, value', where });
  const cells = `SELECT series_id, ts // ${String(minuteMs)} * ${String(minuteMs)} AS cell, ${cellOfPoints}
    FROM (${raw}) GROUP BY series_id, cell`;
  const mark = marks.minute_cells;
  if (!isPacked(mark, fromMs, 0)) {
    const made = await connection.run(`INSERT INTO minute_cells ${cells} ORDER BY cell, series_id`);
    return made.rowsChanged;
  }
  const { packedTo, windowEnd, seriesBelow } = mark;
  const packed = `cell < ${String(packedTo)} OR (cell < ${String(windowEnd)} AND series_id < ${String(seriesBelow)})`;
  const toPacked = await connection.run(
    `INSERT INTO packed_minutes SELECT * FROM (${cells}) WHERE ${packed} ORDER BY series_id, cell`,
  );
  const toLog = await connection.run(
    `INSERT INTO minute_cells SELECT * FROM (${cells}) WHERE NOT (${packed}) ORDER BY cell, series_id`,
  );
  return toPacked.rowsChanged + toLog.rowsChanged;
}

async function makeHours(connection: DuckDBConnection, { marks }: Marks, where: string): Promise<void> {
  const minutes = rowsSql({ pair: minutesPair, mark: marks.minute_cells, columns: '*', where });
  await connection.run(`INSERT INTO hour_cells
    SELECT series_id, ts // ${String(hourMs)} * ${String(hourMs)} AS cell, ${cellOfCells}
    FROM (${minutes}) GROUP BY series_id, cell ORDER BY cell, series_id`);
}

/**
 * Makes cells of every minute and hour that ended. Each step is one transaction of a few minutes of readings, so a cell is always
 * what the readings of its time say, whenever the process dies, and a backlog of weeks needs no more memory than a minute does.
 * `inTurn` runs each step, so that others have theirs in between; `goOn` is asked before each.
 */
export async function rollUp(
  database: SeriesDatabase,
  state: RollUpState,
  options: {
    nowMs: number;
    seriesCount: number;
    inTurn?: <T>(step: () => Promise<T>) => Promise<T>;
    goOn?: () => boolean;
  },
): Promise<void> {
  const { nowMs, seriesCount, inTurn = (step) => step(), goOn = () => true } = options;
  const endMs = Math.floor((nowMs - settleMs) / minuteMs) * minuteMs;
  const fitting = Math.ceil(groupsPerStatement / Math.max(1, seriesCount));
  const stepMs = Math.min(mostMinutesPerStep, fitting) * minuteMs;
  let wasEmpty = true;
  while (state.minutesTo < endMs && goOn()) {
    wasEmpty = await inTurn(() => rollUpStep(database, state, { endMs, stepMs, wasEmpty }));
  }
  await inTurn(() => rollUpLate(database, state));
}

/** Resolves to whether there was nothing in its minutes: then the next looks for where readings go on. */
async function rollUpStep(
  database: SeriesDatabase,
  state: RollUpState,
  { endMs, stepMs, wasEmpty }: { endMs: number; stepMs: number; wasEmpty: boolean },
): Promise<boolean> {
  // Another roll-up, begun later, came further while this one waited for its turn.
  if (state.minutesTo >= endMs) return wasEmpty;
  const fromMs = wasEmpty ? await nextReading(database, state, endMs) : state.minutesTo;
  const hourEndMs = Math.floor(fromMs / hourMs) * hourMs + hourMs;
  const minutesTo = Math.min(endMs, fromMs + stepMs, hourEndMs);
  const reach = { minutesTo, hoursTo: Math.max(state.hoursTo, Math.floor(minutesTo / hourMs) * hourMs) };
  const made = await database.transaction(
    async (connection) => {
      const where = between(state.minutesTo, minutesTo);
      const cells = await makeMinutes(connection, state, { where, fromMs: state.minutesTo });
      if (reach.hoursTo > state.hoursTo) {
        await makeHours(connection, state, between(state.hoursTo, reach.hoursTo));
      }
      await addTotals(connection, state, { where, sign: 1 });
      await saveReach(connection, reach);
      return cells;
    },
    () => Object.assign(state, reach),
  );
  return made === 0;
}

/** The minute of the oldest reading that is not rolled up; `endMs` where there is none. */
async function nextReading(
  database: SeriesDatabase,
  { minutesTo, marks }: RollUpState,
  endMs: number,
): Promise<number> {
  const raw = rowsSql({
    pair: readingsPair,
    mark: marks.points,
    columns: 'ts',
    where: between(minutesTo, endMs),
  });
  const [oldest] = await database.read((connection) =>
    columnsOf(connection, `SELECT min(ts)::DOUBLE FROM (${raw}) HAVING count(*) > 0`),
  );
  const firstMs = numbers(oldest)[0] ?? endMs;
  return Math.max(minutesTo, Math.floor(firstMs / minuteMs) * minuteMs);
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
  const fromMs = firstHour * hourMs;
  const isLate = `${between(fromMs, (lastHour + 1) * hourMs)} AND (series_id, ts // ${String(hourMs)})
    IN (SELECT (series_id, hour::BIGINT) FROM late WHERE hour <= ${String(lastHour)})`;
  const isMade = `${isLate} AND ts < ${String(state.minutesTo)}`;
  await addTotals(connection, state, { where: isLate, sign: -1 });
  for (const table of ['minute_cells', 'packed_minutes', 'hour_cells']) {
    await connection.run(`DELETE FROM ${table} WHERE ${isLate}`);
  }
  await makeMinutes(connection, state, { where: isMade, fromMs });
  await makeHours(connection, state, `${isLate} AND ts < ${String(state.hoursTo)}`);
  await addTotals(connection, state, { where: isMade, sign: 1 });
  await connection.run(`DELETE FROM late WHERE hour <= ${String(lastHour)}`);
  return lastHour;
}
