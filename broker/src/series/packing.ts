import { columnsOf, numbers, type SeriesDatabase } from './database.js';
import { deleteOfLog } from './delete-rows.js';
import type { RollUpState } from './roll-up-state.js';
import { dayMs, hourMs } from './schema.js';
import { chunksOf } from './series-chunks.js';
import { notPackedSql, saveMark, type PackMark, type TablePair } from './table-pairs.js';

/** Packs the days of one pair of tables, a slice at a time. */
export interface Packer {
  /** Packs one slice beside the writer, or deletes what is packed from the log. Resolves to false where nothing is left to do. */
  step(database: SeriesDatabase, state: RollUpState): Promise<boolean>;
}

/**
 * A day is packed an hour after it ended, by then rolled up. A slice is some series' rows of the day: sorting them is what
 * needs memory (`rowsPerSlice` rows, about 30 bytes each).
 */
export function createPacker(pair: TablePair, { rowsPerSlice }: { rowsPerSlice: number }): Packer {
  /** The first series of each slice that is left of the window, and of which window. */
  let plan: { windowEnd: number; starts: number[] } | null = null;
  let mayHaveRest = true;

  /** The day of the oldest row that is not packed, if it is over. */
  async function nextWindow(
    database: SeriesDatabase,
    mark: PackMark,
    untilMs: number,
  ): Promise<PackMark | null> {
    const [oldest] = await database.read((connection) =>
      columnsOf(
        connection,
        `SELECT min(ts)::DOUBLE FROM ${pair.log} WHERE ${notPackedSql(mark)} AND ts < ${String(untilMs)} HAVING count(*) > 0`,
      ),
    );
    const oldestMs = numbers(oldest)[0];
    if (oldestMs === undefined) return null;
    const windowEnd = Math.floor(oldestMs / dayMs) * dayMs + dayMs;
    return windowEnd <= untilMs ? { ...mark, windowEnd, seriesBelow: 0 } : null;
  }

  async function sliceStarts(database: SeriesDatabase, mark: PackMark): Promise<number[]> {
    const where = `${notPackedSql(mark)} AND ts < ${String(mark.windowEnd)}`;
    const chunks = await database.read((connection) =>
      chunksOf(connection, { table: pair.log, where, rowsPerChunk: rowsPerSlice }),
    );
    return chunks.map(({ firstId }) => firstId);
  }

  async function packSlice(database: SeriesDatabase, state: RollUpState, mark: PackMark): Promise<void> {
    const [, end] = plan?.starts ?? [];
    const next: PackMark =
      end === undefined
        ? { packedTo: mark.windowEnd, windowEnd: mark.windowEnd, seriesBelow: 0 }
        : { ...mark, seriesBelow: end };
    // Between two batches: what is written from here on for this slice goes to the packed table.
    await database.transaction(
      () => Promise.resolve(),
      () => (state.claims[pair.log] = next),
    );
    try {
      await database.background(async (connection) => {
        const where = `${notPackedSql(mark)} AND ts < ${String(mark.windowEnd)}`;
        const upTo = end === undefined ? '' : ` AND series_id < ${String(end)}`;
        await connection.run(
          `INSERT INTO ${pair.packed} SELECT * FROM ${pair.log} WHERE ${where}${upTo} ORDER BY series_id, ts, rowid`,
        );
        await saveMark(connection, pair, next);
      });
      state.marks[pair.log] = next;
      plan?.starts.shift();
    } finally {
      Reflect.deleteProperty(state.claims, pair.log);
    }
  }

  return {
    async step(database, state) {
      let mark = state.marks[pair.log];
      if (mark.windowEnd <= mark.packedTo) {
        if (mayHaveRest && mark.packedTo > 0) {
          mayHaveRest = await deleteOfLog(database, pair.log, `ts < ${String(mark.packedTo)}`);
          if (mayHaveRest) return true;
        }
        const window = await nextWindow(database, mark, state.minutesTo - hourMs);
        if (window === null) return false;
        mark = window;
      }
      if (plan?.windowEnd !== mark.windowEnd) {
        plan = { windowEnd: mark.windowEnd, starts: await sliceStarts(database, mark) };
        if (plan.starts.length === 0) plan.starts = [mark.seriesBelow];
      }
      await packSlice(database, state, mark);
      if (plan.starts.length === 0) plan = null;
      mayHaveRest = true;
      return true;
    },
  };
}
