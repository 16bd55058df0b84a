import { rm } from 'node:fs/promises';
import { availableParallelism, uptime as secondsUp } from 'node:os';
import path from 'node:path';
import { MeshdeckError, toFailure } from '@meshdeck/shared';
import { createMutex } from '@meshdeck/shared/runtime';
import type { Logger } from 'pino';
import { bootNumber, loadClockMemory, saveClockMemory } from './clock-memory.js';
import { loadIndex, loadRetention, prepareTables, readTotals } from './catalog.js';
import { exportSeries, exportStream } from './export.js';
import { lowerFloors, refusingNow } from './lower-floors.js';
import { createWriteBuffer } from './write-buffer.js';
import { createSeriesConnection, type OpenDatabase } from './connection.js';
import { seriesProblem } from './problems.js';
import { checkInterval, querySeries, reachOf } from './query.js';
import { removeSeries } from './remove.js';
import { createRetentionClock, type RetentionClock } from './retention-clock.js';
import { floorAt, forgetOld, saveRetention } from './retention.js';
import { refusedWords } from './refused-words.js';
import { rollUp, rollUpLate } from './roll-up.js';
import { loadRollUpState } from './roll-up-state.js';
import { hourMs, minuteMs } from './schema.js';
import { createSeriesIndex, type Series } from './series-index.js';
import type { SeriesState, SeriesStore } from './types.js';
import { createMaintenance } from './maintenance.js';

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
  /** Days of raw readings, 30 when left out; minute roll-ups stay 90 days, hour roll-ups 5 years. */
  retentionDays?: number;
  /** DuckDB's own limit, 64 when left out; the process grows by about 65 MB at opening and up to twice the limit more. */
  memoryLimitMB?: number;
  threads?: number;
}

/**
 * The one store of readings, of machines and sensors alike, in `series.duckdb` under `dataDir`. Always resolves:
 * where the file cannot be opened the store is `degraded`, says why in `state.problem`, tries again by itself, and
 * every call but `append` throws that problem.
 */
export async function createSeriesStore(options: SeriesStoreOptions): Promise<SeriesStore> {
  const { dataDir, logger, clock = Date.now, retentionDays = 30, memoryLimitMB = 64 } = options;
  // On two cores the second is the hub's own.
  const threads = options.threads ?? (availableParallelism() > 2 ? 2 : 1);
  const filePath = path.join(dataDir, 'series.duckdb');
  const exportsDir = path.join(dataDir, 'series-exports');
  const retention = { days: retentionDays, perSource: new Map<string, number>() };
  const uptime = options.uptime ?? (() => secondsUp() * 1000);
  let retentionClock: RetentionClock | undefined;
  /** By which old readings are deleted and roll-ups made; behind a clock that jumped ahead. */
  const safeTime = () => retentionClock?.look() ?? { safeMs: clock(), isSettled: true };
  let lastTooOld: { source: string; key: string; tsMs: number } | undefined;
  let toldTooOld = 0;
  const index = createSeriesIndex({
    rawFloorFor: (source) => floorAt(safeTime().safeMs, retention.perSource.get(source) ?? retention.days),
  });
  const refused = { invalid: 0, tooOld: 0, tooManySeries: 0 };
  let droppedUnopened = 0;
  let latestLoaded = false;
  let stopping: Promise<void> | undefined;

  const maintenance = createMaintenance({
    failed: (error) =>
      logger.warn({ reason: toFailure(error).message }, 'maintenance of the series store failed'),
  });
  const seriesConnection = createSeriesConnection({
    filePath,
    memoryLimitMB,
    threads,
    logger,
    maintenance,
    async prepare(connection) {
      await prepareTables(connection);
      await loadIndex(connection, index);
      retention.perSource = await loadRetention(connection);
      const state = await loadRollUpState(connection, clock());
      retentionClock ??= createRetentionClock({
        ...{ clock, uptime, boot: bootNumber() },
        remembered: await loadClockMemory(connection, state),
      });
      return state;
    },
  });
  const writeBuffer = createWriteBuffer({
    index,
    logger,
    batchRows: options.batchRows ?? 10_000,
    flushIntervalMs: options.flushIntervalMs ?? 400,
    maxBufferedRows: options.maxBufferedRows ?? 1_000_000,
    opened: seriesConnection.current,
    failed: seriesConnection.failed,
    succeeded: seriesConnection.succeeded,
  });

  /** What was stored so far stays readable while the disk takes no more. */
  const flushIfPossible = (): Promise<void> => writeBuffer.flush().catch(() => undefined);

  /** The clock's notice as it was last logged. */
  let toldOfClock: string | null = null;

  function tellClockAndRefusals(): void {
    const notice = retentionClock?.notice() ?? null;
    if ((notice === null) !== (toldOfClock === null)) {
      if (notice === null) logger.info('the clock is believed again');
      else
        logger.warn({ notice, ...retentionClock?.memory }, 'the clock jumped: nothing old is deleted by it');
    }
    toldOfClock = notice;
    const tooOld = refused.tooOld + writeBuffer.tooOldRows;
    if (tooOld > toldTooOld)
      logger.warn({ refused: tooOld - toldTooOld, last: lastTooOld }, 'readings refused: too old');
    toldTooOld = tooOld;
  }

  async function rollUpTo({
    database,
    state,
  }: OpenDatabase): Promise<{ safeMs: number; isSettled: boolean }> {
    const time = safeTime();
    tellClockAndRefusals();
    const { memory } = retentionClock ?? {};
    if (memory !== undefined) await database.transaction((connection) => saveClockMemory(connection, memory));
    await rollUp(database, state, { nowMs: time.safeMs, seriesCount: index.all().length });
    return time;
  }

  const rollUpNow = (): Promise<void> =>
    seriesConnection.using(async (opened) => {
      await rollUpTo(opened);
      await opened.database.releaseMemory();
    });

  const maintain = (): Promise<void> =>
    seriesConnection.using(async (opened) => {
      const { database, state } = opened;
      const { safeMs, isSettled } = await rollUpTo(opened);
      if (isSettled) {
        const series = await lowerFloors(database, { index, state, nowMs: safeMs });
        if (series > 0)
          logger.warn({ series }, 'readings are taken again that a clock far ahead had made old');
      }
      const deletedRows = await forgetOld(database, { index, state, retention, nowMs: safeMs });
      if (deletedRows > 0) logger.info({ deletedRows }, 'old readings deleted');
    });

  /** What people should know although the store works. */
  function notices(): string[] {
    const clockNotice = retentionClock?.notice() ?? null;
    const tooOld = refused.tooOld + writeBuffer.tooOldRows;
    const refusing = refusingNow(index, clock()).length;
    return [
      ...seriesConnection.notices,
      ...(clockNotice === null ? [] : [clockNotice]),
      ...(tooOld === 0 ? [] : [refusedWords({ tooOld, refusing, last: lastTooOld })]),
    ];
  }

  function pick(source: string, keys: readonly string[] | undefined): Series[] {
    const series = index.ofSource(source).filter(({ saved }) => saved);
    return keys === undefined ? series : series.filter(({ key }) => keys.includes(key));
  }

  async function loadLatest(): Promise<void> {
    if (latestLoaded) return;
    await seriesConnection.using(async ({ database, state }) => {
      await rollUpLate(database, state);
      const totals = await database.read((connection) => readTotals(connection, index.all(), state));
      for (const [id, { lastTs, lastValue }] of totals) {
        const series = index.byId(id);
        if (series !== undefined && lastTs > series.lastTs) Object.assign(series, { lastTs, lastValue });
      }
      latestLoaded = true;
    });
  }

  const exportsInTurn = createMutex();
  /** One at a time: charts do not wait for what takes long. */
  const exportTo: SeriesStore['exportTo'] = async (request) => {
    checkInterval(request);
    return exportsInTurn(() => exportNow(request));
  };
  const exportNow: SeriesStore['exportTo'] = async (request) => {
    request.signal?.throwIfAborted();
    return seriesConnection.using(async ({ database }) => {
      await writeBuffer.flush();
      await database.releaseMemory();
      const result = await database.read(
        (connection) => exportSeries(connection, request, pick(request.source, request.keys)),
        request.signal,
      );
      await database.releaseMemory();
      return result;
    });
  };

  // What a crash left of exports that nobody reads any more.
  await rm(exportsDir, { recursive: true, force: true }).catch(() => undefined);
  await seriesConnection.open();
  maintenance.every({ firstMs: minuteMs, waitMs: minuteMs }, rollUpNow);
  maintenance.every({ firstMs: 1000, waitMs: hourMs }, maintain);

  return {
    append(source, key, tsMs, value) {
      if (!Number.isSafeInteger(tsMs) || !Number.isFinite(value)) {
        refused.invalid += 1;
        return;
      }
      if (!seriesConnection.wasOpen || stopping !== undefined) {
        droppedUnopened += 1;
        return;
      }
      const series = index.intern(source, key);
      if (series === undefined) {
        refused.tooManySeries += 1;
        return;
      }
      if (tsMs < series.rawFloorMs) {
        refused.tooOld += 1;
        lastTooOld = { source, key, tsMs };
        return;
      }
      if (tsMs >= series.lastTs) {
        series.lastTs = tsMs;
        series.lastValue = value;
      }
      writeBuffer.push(series.id, tsMs, value);
    },
    flush: () =>
      writeBuffer.flush().catch((error: unknown) => {
        throw seriesProblem(error, filePath);
      }),
    async query(query) {
      checkInterval(query);
      await flushIfPossible();
      return seriesConnection.using(async ({ database, state }) => {
        await rollUpLate(database, state);
        const series = pick(query.source, query.keys);
        return database.read(
          (connection) => querySeries(connection, query, series, reachOf(series, state)),
          query.signal,
        );
      });
    },
    async latest(source) {
      await loadLatest();
      return index
        .ofSource(source)
        .filter(({ lastTs }) => lastTs > -Infinity)
        .map(({ key, lastTs, lastValue }) => ({ key, ts: lastTs, value: lastValue }))
        .sort((a, b) => (a.key < b.key ? -1 : 1));
    },
    async listSeries({ source, signal } = {}) {
      await flushIfPossible();
      return seriesConnection.using(async ({ database, state }) => {
        await rollUpLate(database, state);
        const series = source === undefined ? index.all() : index.ofSource(source);
        const totals = await database.read((connection) => readTotals(connection, series, state), signal);
        return series
          .flatMap((one) => {
            const total = totals.get(one.id);
            return total === undefined ? [] : [{ source: one.source, key: one.key, ...total }];
          })
          .sort((a, b) => (a.source === b.source ? (a.key < b.key ? -1 : 1) : a.source < b.source ? -1 : 1));
      });
    },
    async removeSource(source) {
      await seriesConnection.using(async ({ database, state }) => {
        // Twice: the first proves that the disk takes writes, the second carries what came in before the cut.
        await writeBuffer.flush();
        const series = index.unlink(source);
        await writeBuffer.flush();
        await removeSeries(database, { index, source, series });
        retention.perSource.delete(source);
        await rollUpLate(database, state);
      });
    },
    exportTo,
    exportStream: (request) => exportStream(exportTo, request, exportsDir),
    async setRetention(source, days) {
      if (days !== undefined && !(Number.isFinite(days) && days > 0)) {
        throw new MeshdeckError(
          'invalid-request',
          'Readings must be kept for a number of days greater than 0.',
        );
      }
      await seriesConnection.using(({ database }) => saveRetention(database, source, days));
      if (days === undefined) retention.perSource.delete(source);
      else retention.perSource.set(source, days);
    },
    async maintain() {
      await flushIfPossible();
      await maintain();
    },
    get state(): SeriesState {
      const { problem } = seriesConnection;
      return {
        status: stopping !== undefined ? 'stopped' : problem === undefined ? 'ready' : 'degraded',
        ...(problem === undefined ? {} : { problem }),
        notices: notices(),
        bufferedRows: writeBuffer.bufferedRows,
        storedRows: writeBuffer.storedRows,
        droppedRows: writeBuffer.droppedRows + droppedUnopened,
        refusedRows: { ...refused, tooOld: refused.tooOld + writeBuffer.tooOldRows },
      };
    },
    get droppedRows() {
      return writeBuffer.droppedRows + droppedUnopened;
    },
    stop() {
      stopping ??= (async () => {
        maintenance.stop();
        writeBuffer.stop();
        await flushIfPossible();
        if (writeBuffer.bufferedRows > 0)
          logger.error({ lostRows: writeBuffer.bufferedRows }, 'readings lost at stop');
        await seriesConnection.close();
      })();
      return stopping;
    },
  };
}
