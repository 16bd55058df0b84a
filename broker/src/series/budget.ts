import { columnsOf, numbers, type SeriesDatabase } from './database.js';
import { deleteRows } from './delete-rows.js';
import { raiseFloors } from './retention.js';
import { rollUpLate } from './roll-up.js';
import type { RollUpState } from './roll-up-state.js';
import { dayMs } from './schema.js';
import type { SeriesIndex } from './series-index.js';
import type { Tier } from './types.js';
import { fileSize } from './usage.js';

/** Once over the budget, so much of it is left free: deleting a little every minute would cost more. */
const freedShare = 0.05;

/** Before these times something was deleted for the budget; 0 where nothing was. */
export interface BudgetFloors {
  readings: number;
  minutes: number;
}

/**
 * Deletes the oldest days of readings until the store fits, and then the oldest days of minutes. A day of readings stays, and
 * whatever is not rolled up yet; hours are never deleted for it. By order of age alone: what the clock says deletes
 * nothing, it only limits how far this may go. Resolves to what is left over the budget, 0 where it fits.
 */
export async function keepBudget(
  database: SeriesDatabase,
  options: {
    index: SeriesIndex;
    state: RollUpState;
    budgetBytes: number;
    nowMs: number;
    floors: BudgetFloors;
    inTurn: <T>(step: () => Promise<T>) => Promise<T>;
  },
): Promise<number> {
  const { index, state, budgetBytes, nowMs, floors, inTurn } = options;
  const used = async (): Promise<number> => (await database.read(fileSize)).usedBytes;
  let usedBytes = await used();
  if (usedBytes <= budgetBytes) return 0;
  const wanted = budgetBytes * (1 - freedShare);
  const newestFloor = Math.floor(Math.min(nowMs - dayMs, state.hoursTo) / dayMs) * dayMs;
  for (const tier of ['readings', 'minutes'] as const) {
    while (usedBytes > wanted) {
      const oldestMs = await oldestOf(database, tier);
      const floor = oldestMs === null ? Infinity : Math.floor(oldestMs / dayMs) * dayMs + dayMs;
      if (floor > newestFloor) break;
      // While somebody reads, nothing that is deleted gives its space back: by what is left, too much would go.
      if (database.isRead()) return Math.max(0, usedBytes - budgetBytes);
      const deleted = await inTurn(async () => {
        const series = index.all();
        const minuteFloor = tier === 'minutes' ? floor : 0;
        await raiseFloors(database, series, { rawFloor: floor, minuteFloor });
        await rollUpLate(database, state);
        return deleteRows(database, tier, series, floor);
      });
      floors[tier] = Math.max(floors[tier], floor);
      await saveBudgetFloors(database, floors);
      const before = usedBytes;
      usedBytes = await used();
      if (deleted === 0 || usedBytes >= before) return Math.max(0, usedBytes - budgetBytes);
    }
  }
  return Math.max(0, usedBytes - budgetBytes);
}

async function oldestOf(database: SeriesDatabase, tier: Exclude<Tier, 'hours'>): Promise<number | null> {
  const tables = tier === 'readings' ? ['points', 'packed_points'] : ['minute_cells', 'packed_minutes'];
  const oldest = tables.map((table) => `SELECT min(ts) AS ts FROM ${table}`).join(' UNION ALL ');
  const [found] = await database.read((connection) =>
    columnsOf(connection, `SELECT min(ts)::DOUBLE FROM (${oldest}) HAVING count(ts) > 0`),
  );
  return numbers(found)[0] ?? null;
}

async function saveBudgetFloors(
  database: SeriesDatabase,
  { readings, minutes }: BudgetFloors,
): Promise<void> {
  await database.transaction(async (connection) => {
    await connection.run("DELETE FROM meta WHERE name LIKE 'budget_%'");
    await connection.run(
      `INSERT INTO meta VALUES ('budget_readings', ${String(readings)}), ('budget_minutes', ${String(minutes)})`,
    );
  });
}

export async function loadBudgetFloors(connection: Parameters<typeof columnsOf>[0]): Promise<BudgetFloors> {
  const of = async (name: string) =>
    numbers((await columnsOf(connection, `SELECT value::DOUBLE FROM meta WHERE name = '${name}'`))[0])[0] ??
    0;
  return { readings: await of('budget_readings'), minutes: await of('budget_minutes') };
}
