import type { SeriesDatabase } from './database.js';
import { deleteRows } from './delete-rows.js';
import { floorAt, withReadingsDays, type Keeping } from './keeping.js';
import { rollUpLate } from './roll-up.js';
import type { RollUpState } from './roll-up-state.js';
import type { Series, SeriesIndex } from './series-index.js';

/** Days of readings of single sources, where they differ from those of their kind. */
export type OwnDays = ReadonlyMap<string, number>;

export const daysOf = (source: string, keeping: Keeping, own: OwnDays) => {
  const days = keeping.of(source);
  const ownDays = own.get(source);
  return ownDays === undefined ? days : withReadingsDays(days, ownDays);
};

/**
 * Forgets what is too old. Call it right after rolling up: a reading goes only once its hour is rolled up, and from
 * then on nothing older is taken for its series. Floors never move back. Resolves to the rows deleted.
 */
export async function forgetOld(
  database: SeriesDatabase,
  options: { index: SeriesIndex; state: RollUpState; keeping: Keeping; own: OwnDays; nowMs: number },
): Promise<number> {
  const { index, state, keeping, own, nowMs } = options;
  let deleted = 0;
  for (const { days, series } of groupByDays(index.all(), keeping, own)) {
    const rawFloor = Math.min(floorAt(nowMs, days.readings), state.hoursTo);
    const minuteFloor = Math.min(floorAt(nowMs, days.minutes), rawFloor);
    await raiseFloors(database, series, { rawFloor, minuteFloor });
    // Late readings that came in before the floors rose: their cells are made while the readings are there.
    await rollUpLate(database, state);
    deleted += await deleteRows(database, 'readings', series, rawFloor);
    deleted += await deleteRows(database, 'minutes', series, minuteFloor);
    deleted += await deleteRows(database, 'hours', series, floorAt(nowMs, days.hours));
  }
  return deleted;
}

function groupByDays(all: readonly Series[], keeping: Keeping, own: OwnDays) {
  const groups = new Map<string, { days: ReturnType<typeof daysOf>; series: Series[] }>();
  for (const one of all) {
    const days = daysOf(one.source, keeping, own);
    const name = `${String(days.readings)} ${String(days.minutes)} ${String(days.hours)}`;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, { days, series: [one] });
    else group.series.push(one);
  }
  return groups.values();
}

/** In the file and in memory before anything is deleted: no late reading may slip in below. */
export async function raiseFloors(
  database: SeriesDatabase,
  series: readonly Series[],
  { rawFloor, minuteFloor }: { rawFloor: number; minuteFloor: number },
): Promise<void> {
  const lower = series.filter((one) => one.rawFloorMs < rawFloor || one.minuteFloorMs < minuteFloor);
  if (lower.length === 0) return;
  await database.transaction(
    async (connection) => {
      await connection.run(
        `UPDATE series SET raw_floor = greatest(raw_floor, ${String(rawFloor)}),
         minute_floor = greatest(minute_floor, ${String(minuteFloor)}) WHERE id IN (${idsOf(lower)})`,
      );
    },
    () => {
      for (const one of lower) {
        one.rawFloorMs = Math.max(one.rawFloorMs, rawFloor);
        one.minuteFloorMs = Math.max(one.minuteFloorMs, minuteFloor);
      }
    },
  );
}

const idsOf = (series: readonly Series[]): string => series.map(({ id }) => id).join(', ');

/** Keeps one source's days of raw readings; `undefined` forgets that they differ. */
export async function saveRetention(
  database: SeriesDatabase,
  source: string,
  days: number | undefined,
): Promise<void> {
  await database.transaction(async (connection) => {
    await connection.run('DELETE FROM retention WHERE source = $1', [source]);
    if (days !== undefined)
      await connection.run('INSERT INTO retention VALUES ($1, $2::DOUBLE)', [source, days]);
  });
}
