import { createMutex } from '@meshdeck/shared/runtime';
import type { SeriesConnection } from './connection.js';
import { exportSeries, exportStream } from './export.js';
import { checkInterval, querySeries, reachOf } from './query.js';
import type { Series, SeriesIndex } from './series-index.js';
import type { SeriesStore } from './types.js';
import type { WriteBuffer } from './write-buffer.js';

export type SeriesReader = Pick<SeriesStore, 'query' | 'latest' | 'listSeries' | 'exportTo' | 'exportStream'>;

/** Everything that only reads. The list and the newest readings come from memory. */
export function createSeriesReader(options: {
  index: SeriesIndex;
  connection: SeriesConnection;
  writeBuffer: WriteBuffer;
  /** Folder of exports that are being streamed. */
  exportsDir: string;
}): SeriesReader {
  const { index, connection, writeBuffer, exportsDir } = options;
  /** What was stored so far stays readable while the disk takes no more. */
  const flushIfPossible = (): Promise<void> => writeBuffer.flush().catch(() => undefined);

  function pick(source: string, keys: readonly string[] | undefined): Series[] {
    const series = index.ofSource(source).filter(({ saved }) => saved);
    return keys === undefined ? series : series.filter(({ key }) => keys.includes(key));
  }

  const exportsInTurn = createMutex();
  /** One at a time: charts do not wait for what takes long. */
  const exportTo: SeriesStore['exportTo'] = async (request) => {
    checkInterval(request);
    return exportsInTurn(() => exportNow(request));
  };
  const exportNow: SeriesStore['exportTo'] = async (request) => {
    request.signal?.throwIfAborted();
    return connection.using(async ({ database, state }) => {
      await writeBuffer.flush();
      await database.releaseMemory();
      const series = pick(request.source, request.keys);
      const result = await database.read(
        (reading) => exportSeries(reading, request, series, reachOf(series, state)),
        request.signal,
      );
      await database.releaseMemory();
      return result;
    });
  };

  return {
    async query(query) {
      checkInterval(query);
      await flushIfPossible();
      return connection.using(({ database, state }) => {
        const series = pick(query.source, query.keys);
        return database.read(
          (reading) => querySeries(reading, query, series, reachOf(series, state)),
          query.signal,
        );
      });
    },
    async latest(source) {
      connection.current();
      return index
        .ofSource(source)
        .filter(({ lastTs }) => lastTs > -Infinity)
        .map(({ key, lastTs, lastValue }) => ({ key, ts: lastTs, value: lastValue }))
        .sort((a, b) => (a.key < b.key ? -1 : 1));
    },
    async listSeries({ source, signal } = {}) {
      signal?.throwIfAborted();
      await flushIfPossible();
      connection.current();
      const series = source === undefined ? index.all() : index.ofSource(source);
      return series
        .filter(({ count }) => count > 0)
        .map((one) => ({
          ...{ source: one.source, key: one.key, count: one.count, firstTs: one.firstTs },
          ...{ lastTs: one.lastTs, lastValue: one.lastValue },
          ...{ readingsFrom: one.rawFloorMs, minutesFrom: one.minuteFloorMs },
        }))
        .sort((a, b) => (a.source === b.source ? (a.key < b.key ? -1 : 1) : a.source < b.source ? -1 : 1));
    },
    exportTo,
    exportStream: (request) => exportStream(exportTo, request, exportsDir),
  };
}
