import { rm } from 'node:fs/promises';
import { availableParallelism, uptime as secondsUp } from 'node:os';
import path from 'node:path';
import { MeshdeckError, toFailure } from '@meshdeck/shared';
import type { Logger } from 'pino';
import { loadIndex, loadRetention, prepareTables } from './catalog.js';
import { createSeriesConnection } from './connection.js';
import { createIntake } from './intake.js';
import { floorAt, usualKeeping, type Keeping } from './keeping.js';
import { createMaintenance } from './maintenance.js';
import { storeNotices } from './notices.js';
import { seriesProblem } from './problems.js';
import { createSeriesReader } from './reader.js';
import { removeSeries } from './remove.js';
import { daysOf, saveRetention, type OwnDays } from './retention.js';
import { loadRollUpState } from './roll-up-state.js';
import { createSeriesIndex } from './series-index.js';
import { hasBacklog, loadBacklog, loadTail, loadTotals } from './totals.js';
import { createTrustedTime } from './trusted-time.js';
import type { SeriesState, SeriesStore } from './types.js';
import { createUpkeep } from './upkeep.js';
import { createWriteBuffer } from './write-buffer.js';

export interface SeriesStoreOptions {
  /** Folder of `series.duckdb`; made when missing. */
  dataDir: string;
  logger: Logger;
  /** Epoch milliseconds. */
  clock?: () => number;
  /** Milliseconds since the computer started, its sleep included: tells a clock that was set from time that passed. */
  uptime?: () => number;
  /** Rows in one transaction; a full batch is written at once. */
  batchRows?: number;
  flushIntervalMs?: number;
  /** Rows that wait in memory while the disk will not take them (20 bytes each); past that they are dropped. */
  maxBufferedRows?: number;
  /** For how long what is kept; the usual where left out. */
  keeping?: Keeping;
  /** Heard once, before anything old is deleted, where the file was an earlier version's. */
  upgraded?: () => Promise<void>;
  /** DuckDB's own limit, 64 when left out; the process grows by about 65 MB at opening and up to twice the limit more. */
  memoryLimitMB?: number;
  threads?: number;
}

/** The store, once it is open. */
export async function createSeriesStore(options: SeriesStoreOptions): Promise<SeriesStore> {
  const { store, opened } = openSeriesStore(options);
  await opened;
  return store;
}

/**
 * The one store of readings, of machines and sensors alike, in `series.duckdb` under `dataDir`. `opened` always resolves, and
 * nothing is asked of the store before: where the file cannot be opened the store is `degraded`, says why in
 * `state.problem`, tries again by itself, and every call but `append` throws that problem.
 */
export function openSeriesStore(options: SeriesStoreOptions): { store: SeriesStore; opened: Promise<void> } {
  const { dataDir, logger, clock = Date.now, keeping = usualKeeping, memoryLimitMB = 64 } = options;
  // On two cores the second is the hub's own.
  const threads = options.threads ?? (availableParallelism() > 2 ? 2 : 1);
  const filePath = path.join(dataDir, 'series.duckdb');
  const exportsDir = path.join(dataDir, 'series-exports');
  const uptime = options.uptime ?? (() => secondsUp() * 1000);
  const time = createTrustedTime({ clock, uptime, logger });
  let own: OwnDays = new Map<string, number>();
  let hasRest = false;
  let toldTooOld = 0;
  let stopping: Promise<void> | undefined;
  const index = createSeriesIndex({
    rawFloorFor: (source) => floorAt(time.now().safeMs, daysOf(source, keeping, own).readings),
  });

  const maintenance = createMaintenance({
    failed: (error) =>
      logger.warn({ reason: toFailure(error).message }, 'maintenance of the series store failed'),
  });
  const connection = createSeriesConnection({
    ...{ filePath, memoryLimitMB, threads, logger, maintenance },
    async prepare(writer) {
      const earlier = await prepareTables(writer);
      if (earlier !== null) await options.upgraded?.();
      await loadIndex(writer, index);
      own = await loadRetention(writer);
      const state = await loadRollUpState(writer, clock());
      await time.load(writer, state);
      await upkeep.load(writer);
      await loadTotals(writer, index);
      hasRest = await hasBacklog(writer, state);
      if (!hasRest) await loadTail(writer, index, state);
      return state;
    },
    async beforeUse({ database, state }) {
      if (hasRest) await loadBacklog(database, index, state, tellBacklog);
    },
  });
  const writeBuffer = createWriteBuffer({
    ...{ index, logger },
    batchRows: options.batchRows ?? 10_000,
    flushIntervalMs: options.flushIntervalMs ?? 400,
    maxBufferedRows: options.maxBufferedRows ?? 1_000_000,
    opened: connection.current,
    failed: connection.failed,
    succeeded: connection.succeeded,
  });
  const intake = createIntake({
    ...{ index, writeBuffer },
    takes: () => connection.wasOpen && stopping === undefined,
  });
  const upkeep = createUpkeep({
    ...{ connection, maintenance, index, keeping, time, clock, logger, tellRefusals },
    own: () => own,
    isStopping: () => stopping !== undefined,
  });
  const reader = createSeriesReader({ index, connection, writeBuffer, exportsDir });

  function tellBacklog(error: unknown): void {
    if (error === null) logger.info('the readings of a backlog are counted');
    else logger.warn({ reason: toFailure(error).message }, 'the readings of a backlog could not be counted');
  }

  function tellRefusals(): void {
    const { tooOld } = intake.refused;
    if (tooOld > toldTooOld) {
      logger.warn({ refused: tooOld - toldTooOld, last: intake.lastTooOld }, 'readings refused: too old');
    }
    toldTooOld = tooOld;
  }

  async function open(): Promise<void> {
    // What a crash left of exports that nobody reads any more.
    await rm(exportsDir, { recursive: true, force: true }).catch(() => undefined);
    await connection.open();
    if (stopping === undefined) upkeep.start();
  }
  const opened = open();

  const store: SeriesStore = {
    ...reader,
    append: intake.append,
    flush: () =>
      writeBuffer.flush().catch((error: unknown) => {
        throw seriesProblem(error, filePath);
      }),
    async removeSource(source) {
      await connection.using(({ database }) =>
        upkeep.inTurn(async () => {
          // Twice: the first proves that the disk takes writes, the second carries what came in before the cut.
          await writeBuffer.flush();
          const series = index.unlink(source);
          await writeBuffer.flush().catch((error: unknown) => {
            for (const one of series) index.load(one);
            throw error;
          });
          await removeSeries(database, { index, source, series });
          own = new Map([...own].filter(([name]) => name !== source));
        }),
      );
    },
    async setRetention(source, days) {
      if (days !== undefined && !(Number.isFinite(days) && days > 0)) {
        throw new MeshdeckError(
          'invalid-request',
          'Readings must be kept for a number of days greater than 0.',
        );
      }
      await connection.using(({ database }) => saveRetention(database, source, days));
      const others = [...own].filter(([name]) => name !== source);
      own = new Map(days === undefined ? others : [...others, [source, days]]);
    },
    async maintain() {
      await writeBuffer.flush().catch(() => undefined);
      await upkeep.runAll();
    },
    get state(): SeriesState {
      const { problem } = connection;
      return {
        status: stopping !== undefined ? 'stopped' : problem === undefined ? 'ready' : 'degraded',
        ...(problem === undefined ? {} : { problem }),
        notices: storeNotices({
          ...{ opened: connection.notices, clockNotice: time.notice() },
          ...{ intake, index, upkeep, keeping, nowMs: clock() },
        }),
        bufferedRows: writeBuffer.bufferedRows,
        storedRows: writeBuffer.storedRows,
        droppedRows: intake.droppedRows,
        refusedRows: intake.refused,
      };
    },
    get usage() {
      return upkeep.usage;
    },
    get droppedRows() {
      return intake.droppedRows;
    },
    stop() {
      stopping ??= (async () => {
        await opened;
        maintenance.stop();
        writeBuffer.stop();
        await writeBuffer.flush().catch(() => undefined);
        if (writeBuffer.bufferedRows > 0)
          logger.error({ lostRows: writeBuffer.bufferedRows }, 'readings lost at stop');
        await connection.close();
      })();
      return stopping;
    },
  };
  return { store, opened };
}
