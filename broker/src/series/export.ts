import { randomUUID } from 'node:crypto';
import { open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { cellRowsSql } from './export-cells.js';
import { isoTime, quoteLiteral, quoteName } from './schema.js';
import type { Reach } from './segments.js';
import type { Series } from './series-index.js';
import { readingsPair, readMarks, rowsSql as rowsOf, type PackMark } from './table-pairs.js';
import type { SeriesExport, SeriesStore } from './types.js';
import { makeFolder } from '@meshdeck/shared/runtime';

/**
 * Writes the readings of an interval to `filePath`: columns `ts`, `ts_ms`, `key`, `value`, one row a reading by time,
 * or with `wide` one row a time and one column a key. Equal times keep the order of arrival. The file is written
 * under another name beside it and renamed, so it is there whole or not at all; sorting spills to disk past the
 * database's memory limit. Of one tier only: readings that are kept, or summaries of minutes or hours (see `export-cells.ts`).
 */
export async function exportSeries(
  connection: DuckDBConnection,
  request: SeriesExport & { filePath: string },
  series: readonly Series[],
  reach: Reach & { hasLate: boolean },
): Promise<{ rows: number; bytes: number }> {
  // An absolute path names a file; something like s3://bucket would name a network address.
  const filePath = path.resolve(request.filePath);
  const partPath = `${filePath}.${randomUUID()}.part`;
  const seen = { marks: await readMarks(connection), hasLate: reach.hasLate };
  const { tier = 'readings' } = request;
  const mark = seen.marks.points;
  const rowsSql =
    tier !== 'readings'
      ? cellRowsSql(request, tier, { series, reach, seen, keySql: keySql(series) })
      : request.wide === true
        ? wideSql(request, series, mark)
        : longSql(request, series, mark);
  const format =
    request.format === 'csv'
      ? "FORMAT csv, HEADER true, DELIMITER ',', COMPRESSION none"
      : 'FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 20480';
  try {
    const reader = await connection.runAndReadAll(
      `COPY (${rowsSql}) TO ${quoteLiteral(partPath)} (${format})`,
    );
    const { size } = await stat(partPath);
    await rename(partPath, filePath);
    return { rows: Number(reader.getRows()[0]?.[0] ?? 0), bytes: size };
  } finally {
    await rm(partPath, { force: true });
  }
}

function where({ fromMs, toMs }: SeriesExport, series: readonly Series[]): string {
  const ids = series.length === 0 ? 'NULL' : series.map(({ id }) => id).join(', ');
  return `ts >= ${String(fromMs)} AND ts <= ${String(toMs)} AND series_id IN (${ids})`;
}

function keySql(series: readonly Series[]): string {
  const names = series.map(({ id, key }) => `WHEN ${String(id)} THEN ${quoteLiteral(key)}`).join(' ');
  return series.length === 0 ? "''" : `CASE series_id ${names} END`;
}

function readings(request: SeriesExport, series: readonly Series[], mark: PackMark): string {
  const columns = 'series_id, ts, value, rowid AS arrival';
  return rowsOf({ pair: readingsPair, mark, columns, where: where(request, series) });
}

function longSql(request: SeriesExport, series: readonly Series[], mark: PackMark): string {
  return `SELECT ${isoTime} AS ts, ts AS ts_ms, ${keySql(series)} AS key, value
    FROM (${readings(request, series, mark)}) ORDER BY ts_ms, key, arrival`;
}

function wideSql(request: SeriesExport, series: readonly Series[], mark: PackMark): string {
  const columns = wideNames(series).map(
    ([id, name]) => `, arg_max(value, arrival) FILTER (series_id = ${String(id)}) AS ${quoteName(name)}`,
  );
  return `SELECT ${isoTime} AS ts, ts_ms ${wideNames(series)
    .map(([, name]) => `, ${quoteName(name)}`)
    .join('')}
    FROM (SELECT ts AS ts_ms, ts ${columns.join('')} FROM (${readings(request, series, mark)}) GROUP BY ts)
    ORDER BY ts_ms`;
}

/** Column names of their own: SQL names ignore case, and `ts` and `ts_ms` are taken. */
function wideNames(series: readonly Series[]): [id: number, name: string][] {
  const taken = new Set(['ts', 'ts_ms']);
  return [...series]
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ id, key }) => {
      let name = key;
      for (let again = 2; taken.has(name.toLowerCase()); again += 1) name = `${key} (${String(again)})`;
      taken.add(name.toLowerCase());
      return [id, name];
    });
}

/** Exports to a file of its own in `folder` and opens it to be read once. */
export async function exportStream(
  exportTo: SeriesStore['exportTo'],
  request: SeriesExport & { signal?: AbortSignal },
  folder: string,
): ReturnType<SeriesStore['exportStream']> {
  await makeFolder(folder);
  const filePath = path.join(folder, `${randomUUID()}.${request.format}`);
  try {
    const result = await exportTo({ ...request, filePath });
    const file = await open(filePath);
    const stream = file.createReadStream();
    stream.once('close', () => void rm(filePath, { force: true }).catch(() => undefined));
    const contentType =
      request.format === 'csv' ? 'text/csv; charset=utf-8' : 'application/vnd.apache.parquet';
    return { ...result, stream, contentType };
  } catch (error) {
    await rm(filePath, { force: true });
    throw error;
  }
}
