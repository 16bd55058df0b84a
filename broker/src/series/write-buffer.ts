import { createMutex } from '@meshdeck/shared/runtime';
import type { Logger } from 'pino';
import { createColumnBuffer } from './column-buffer.js';
import type { SeriesDatabase } from './database.js';
import type { RollUpState } from './roll-up-state.js';
import type { SeriesIndex } from './series-index.js';
import { writeNewSeries, writeRows } from './write-rows.js';

/** Disk trouble is asked after again this often: at first soon, then every 30 s. */
const backOffMs = { first: 500, most: 30_000 };
const dropReportMs = 10_000;

/** Takes readings into memory and brings them to disk in batches. */
export interface WriteBuffer {
  push(id: number, tsMs: number, value: number): void;
  /** Writes everything pushed before the call; throws when the disk would not take it, and keeps it. */
  flush(): Promise<void>;
  /** Stops writing by itself. */
  stop(): void;
  readonly bufferedRows: number;
  readonly storedRows: number;
  readonly droppedRows: number;
  readonly tooOldRows: number;
}

/**
 * `database` and `state` are asked for at each batch, because a broken database is opened again under the buffer.
 * `failed` hears every error of a batch before the next try.
 */
export function createWriteBuffer(options: {
  index: SeriesIndex;
  opened: () => { database: SeriesDatabase; state: RollUpState };
  failed: (error: unknown) => void;
  succeeded: () => void;
  logger: Logger;
  batchRows: number;
  flushIntervalMs: number;
  maxBufferedRows: number;
}): WriteBuffer {
  const { index, batchRows, maxBufferedRows, logger } = options;
  let active = createColumnBuffer({ maxRows: maxBufferedRows });
  let leaving = createColumnBuffer({ maxRows: maxBufferedRows });
  let leavingFrom = 0;
  let storedRows = 0;
  let droppedRows = 0;
  let tooOldRows = 0;
  let failures = 0;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let queued: Promise<void> | undefined;
  let dropsReportedAt = 0;
  const mutex = createMutex();

  async function writeLeaving(): Promise<void> {
    const { database, state } = options.opened();
    while (leavingFrom < leaving.rows) {
      const range = { from: leavingFrom, to: Math.min(leavingFrom + batchRows, leaving.rows) };
      await database.transaction(
        async (connection) => {
          const newIds = await writeNewSeries(connection, index);
          return { newIds, ...(await writeRows(connection, leaving, range, { index, state })) };
        },
        ({ newIds, written, tooOld, lateKeys, series: grown }) => {
          for (const id of newIds) {
            const series = index.byId(id);
            if (series !== undefined) series.saved = true;
          }
          for (const key of lateKeys) state.late.add(key);
          for (const series of grown) {
            series.count += series.addedRows;
            series.firstTs = Math.min(series.firstTs, series.addedFirstTs);
          }
          storedRows += written;
          tooOldRows += tooOld;
          leavingFrom = range.to;
        },
      );
    }
    leaving.clear();
    leavingFrom = 0;
  }

  async function drain(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    try {
      await writeLeaving();
      [active, leaving] = [leaving, active];
      await writeLeaving();
      failures = 0;
      options.succeeded();
    } catch (error) {
      failures += 1;
      options.failed(error);
      throw error;
    } finally {
      if (active.rows > 0 || leaving.rows > 0) arm();
    }
  }

  function flush(): Promise<void> {
    // A drain that has not begun will take what was pushed until now as well.
    queued ??= mutex(() => {
      queued = undefined;
      return drain();
    });
    return queued;
  }

  function flushInBackground(): void {
    // Whoever needs to know hears it through `failed`; the next try is armed.
    flush().catch(() => undefined);
  }

  function arm(): void {
    if (stopped || timer !== undefined) return;
    const waitMs =
      failures > 0
        ? Math.min(backOffMs.first * 2 ** (failures - 1), backOffMs.most)
        : active.rows >= batchRows
          ? 0
          : options.flushIntervalMs;
    timer = setTimeout(flushInBackground, waitMs);
  }

  function drop(): void {
    droppedRows += 1;
    const now = Date.now();
    if (now - dropsReportedAt < dropReportMs) return;
    dropsReportedAt = now;
    logger.error(
      { droppedRows, bufferedRows: active.rows + leaving.rows },
      'readings dropped: the disk cannot keep up',
    );
  }

  return {
    push(id, tsMs, value) {
      if (!active.push(id, tsMs, value)) {
        drop();
        return;
      }
      if (timer === undefined && queued === undefined) arm();
      if (active.rows === batchRows && failures === 0 && !stopped) flushInBackground();
    },
    flush,
    stop() {
      stopped = true;
      clearTimeout(timer);
      timer = undefined;
    },
    get bufferedRows() {
      return active.rows + leaving.rows - leavingFrom;
    },
    get storedRows() {
      return storedRows;
    },
    get droppedRows() {
      return droppedRows;
    },
    get tooOldRows() {
      return tooOldRows;
    },
  };
}
