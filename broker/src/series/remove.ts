import type { SeriesDatabase } from './database.js';
import { deleteRows } from './delete-rows.js';
import type { Series, SeriesIndex } from './series-index.js';

/** Deletes all there is of unlinked series. Where that fails they are linked again, to be removed another time. */
export async function removeSeries(
  database: SeriesDatabase,
  { index, source, series }: { index: SeriesIndex; source: string; series: readonly Series[] },
): Promise<void> {
  const ids = series.length === 0 ? 'NULL' : series.map(({ id }) => id).join(', ');
  try {
    for (const tier of ['readings', 'minutes', 'hours'] as const) {
      await deleteRows(database, tier, series, Number.MAX_SAFE_INTEGER);
    }
    await database.transaction(
      async (connection) => {
        await connection.run(`DELETE FROM late WHERE series_id IN (${ids})`);
        await connection.run(`DELETE FROM totals WHERE series_id IN (${ids})`);
        await connection.run(`DELETE FROM series WHERE id IN (${ids})`);
        await connection.run('DELETE FROM retention WHERE source = $1', [source]);
      },
      () => index.drop(series),
    );
  } catch (error) {
    for (const one of series) index.load(one);
    throw error;
  }
}
