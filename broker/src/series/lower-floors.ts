import type { SeriesDatabase } from './database.js';
import type { RollUpState } from './roll-up-state.js';
import { hourMs } from './schema.js';
import type { Series, SeriesIndex } from './series-index.js';
import { addTotals } from './totals.js';

/** Series that refuse what is read now: a clock far ahead once made their readings old before their time. */
export const refusingNow = (index: SeriesIndex, nowMs: number): Series[] =>
  index.all().filter(({ rawFloorMs }) => rawFloorMs > nowMs);

/**
 * Lets such series take readings again from the next whole hour on, and roll-ups go on from there: what a clock far ahead had
 * rolled up of times to come is made again when they come. Only for a clock that is surely right. Resolves to how many
 * there were.
 */
export async function lowerFloors(
  database: SeriesDatabase,
  { index, state, nowMs }: { index: SeriesIndex; state: RollUpState; nowMs: number },
): Promise<number> {
  const floorMs = Math.ceil(nowMs / hourMs) * hourMs;
  const series = index.all().filter(({ rawFloorMs }) => rawFloorMs > floorMs);
  const reach = { minutesTo: Math.min(state.minutesTo, floorMs), hoursTo: Math.min(state.hoursTo, floorMs) };
  if (series.length === 0 && reach.minutesTo === state.minutesTo) return 0;
  await database.transaction(
    async (connection) => {
      const floor = String(floorMs);
      await connection.run(
        `UPDATE series SET raw_floor = ${floor}, minute_floor = least(minute_floor, ${floor}) WHERE raw_floor > ${floor}`,
      );
      await addTotals(connection, state, { where: `ts >= ${floor}`, sign: -1 });
      for (const table of ['minute_cells', 'packed_minutes', 'hour_cells']) {
        await connection.run(`DELETE FROM ${table} WHERE ts >= ${floor}`);
      }
      await connection.run(
        `UPDATE meta SET value = least(value, ${floor}) WHERE name IN ('minutes_to', 'hours_to')`,
      );
    },
    () => {
      Object.assign(state, reach);
      for (const one of series) {
        one.rawFloorMs = floorMs;
        one.minuteFloorMs = Math.min(one.minuteFloorMs, floorMs);
      }
    },
  );
  return series.length;
}
