import type { SeriesDatabase } from './database.js';
import { deleteRows } from './delete-rows.js';
import type { RollUpState } from './roll-up-state.js';
import { hourMs } from './schema.js';
import type { Series, SeriesIndex } from './series-index.js';

const dayMs = 24 * hourMs;

/** Days roll-ups are kept, or as long as the readings where those are kept longer. */
export const rollUpDays = { minute: 90, hour: 5 * 365 };

export interface Retention {
  /** Days of raw readings kept where nothing else is said. */
  days: number;
  /** Days by source. */
  perSource: ReadonlyMap<string, number>;
}

/** The whole hour before which a source's readings are no longer kept; 0 where it would be before 1970. */
export const floorAt = (nowMs: number, days: number): number =>
  Math.max(0, Math.floor((nowMs - days * dayMs) / hourMs) * hourMs);

/**
 * Forgets what is too old. Call it right after rolling up: a reading goes only once its hour is rolled up, and from
 * then on nothing older is taken for its series. Floors never move back. Resolves to the rows deleted.
 */
export async function forgetOld(
  database: SeriesDatabase,
  {
    index,
    state,
    retention,
    nowMs,
  }: { index: SeriesIndex; state: RollUpState; retention: Retention; nowMs: number },
): Promise<number> {
  let deleted = 0;
  for (const [days, series] of groupByDays(index.all(), retention)) {
    const rawFloor = Math.min(floorAt(nowMs, days), state.hoursTo);
    const minuteFloor = Math.min(floorAt(nowMs, Math.max(rollUpDays.minute, days)), rawFloor);
    const hourFloor = floorAt(nowMs, Math.max(rollUpDays.hour, days));
    await raiseFloors(database, series, { rawFloor, minuteFloor });
    deleted += await deleteRows(database, 'points', series, rawFloor);
    deleted += await deleteRows(database, 'minute_cells', series, minuteFloor);
    deleted += await deleteRows(database, 'hour_cells', series, hourFloor);
  }
  return deleted;
}

function groupByDays(series: readonly Series[], { days, perSource }: Retention): Map<number, Series[]> {
  const groups = new Map<number, Series[]>();
  for (const one of series) {
    const kept = perSource.get(one.source) ?? days;
    const group = groups.get(kept);
    if (group === undefined) groups.set(kept, [one]);
    else group.push(one);
  }
  return groups;
}

/** In the file and in memory before anything is deleted: no late reading may slip in below. */
async function raiseFloors(
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
