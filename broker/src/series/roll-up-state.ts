import type { DuckDBConnection } from '@duckdb/node-api';
import { columnsOf, numbers, strings } from './database.js';
import { hourMs } from './schema.js';
import { readMarks, type PackMark, type PackMarks, type TablePair } from './table-pairs.js';

/**
 * How far roll-ups reach, and what has to be done again. `minutesTo` and `hoursTo` are the ends of the last
 * rolled-up minute and hour; a reading older than `minutesTo` is late and puts its hour on the list.
 */
export interface RollUpState {
  minutesTo: number;
  hoursTo: number;
  /** Mirrors the `late` table. */
  readonly late: Set<number>;
  marks: PackMarks;
  /** How far the slice reaches that is being packed: what comes in meanwhile for its series and time is packed already. */
  readonly claims: Partial<Record<TablePair['log'], PackMark>>;
}

const hourBits = 2 ** 20;

/** One number for a series and an hour since 1970, exact for ids of 31 bits and years to 2089. */
export const lateKey = (seriesId: number, tsMs: number): number =>
  seriesId * hourBits + Math.floor(tsMs / hourMs);
export const lateHour = (key: number): number => key % hourBits;
export const lateSeriesId = (key: number): number => Math.floor(key / hourBits);

/** Reads the state; a new database begins to roll up from the current hour on, and notes that at once. */
export async function loadRollUpState(connection: DuckDBConnection, nowMs: number): Promise<RollUpState> {
  const [names, values] = await columnsOf(connection, 'SELECT name, value::DOUBLE FROM meta');
  const meta = new Map(strings(names).map((name, index) => [name, numbers(values)[index] ?? 0]));
  const thisHour = Math.floor(nowMs / hourMs) * hourMs;
  const state: RollUpState = {
    minutesTo: meta.get('minutes_to') ?? thisHour,
    hoursTo: meta.get('hours_to') ?? thisHour,
    late: new Set(),
    marks: await readMarks(connection),
    claims: {},
  };
  if (!meta.has('minutes_to')) await saveReach(connection, state);
  const [ids, hours] = await columnsOf(connection, 'SELECT DISTINCT series_id, hour FROM late');
  const lateHours = numbers(hours);
  numbers(ids).forEach((id, index) => state.late.add(id * hourBits + (lateHours[index] ?? 0)));
  return state;
}

export async function saveReach(
  connection: DuckDBConnection,
  reach: { minutesTo: number; hoursTo: number },
): Promise<void> {
  await connection.run("DELETE FROM meta WHERE name IN ('minutes_to', 'hours_to')");
  await connection.run(
    `INSERT INTO meta VALUES ('minutes_to', ${String(reach.minutesTo)}), ('hours_to', ${String(reach.hoursTo)})`,
  );
}
