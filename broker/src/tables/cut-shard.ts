import { createHash } from 'node:crypto';
import { MeshdeckError, type FileReference } from '@meshdeck/shared';
import { createRecordScanner, leadingEmptyBytes } from '@meshdeck/shared/csv';
import type { Table } from './open-table.js';
import { readChunks } from './read-chunks.js';
import { tableChanged } from './problems.js';
import type { RowMark } from './row-marks.js';
import type { Shard } from './shard.js';

export interface RowRange {
  firstRow: number;
  rows: number;
}

/**
 * Cuts rows out of a table: finds their bytes and the SHA-256 of the shard they make; writes nothing. Reads the
 * shard's bytes once and, for each end, at most the rows between two marks. Empty lines and rows go with the row before
 * them (with the one behind them where every record is a row), so that shards side by side hold every byte once.
 *
 * @throws MeshdeckError invalid-request for rows that the table does not have; cancelled.
 */
export async function cutShard(options: {
  table: Table;
  /** The table's file; the shard takes its name. */
  source: FileReference;
  range: RowRange;
  signal?: AbortSignal | undefined;
}): Promise<Shard> {
  const { table, source, signal } = options;
  const { firstRow, rows } = options.range;
  const lastRow = firstRow + rows;
  if (!(
    Number.isInteger(firstRow) &&
    Number.isInteger(rows) &&
    firstRow >= 0 &&
    rows > 0 &&
    lastRow <= table.rows
  )) {
    throw new MeshdeckError(
      'invalid-request',
      `The table has ${table.rows} rows; rows ${firstRow} to ${lastRow} cannot be cut out of it.`,
    );
  }
  const first = await placeOf(table, firstRow, signal);
  const end = lastRow === table.rows ? table.rowsEnd : (await placeOf(table, lastRow, signal)).offset;
  const { headerBytes, path } = table;
  const hash = createHash('sha256');
  const scanner = table.records === table.rows ? null : createRecordScanner(table.rules);
  let bytes = 0;
  for (const part of [
    { start: 0, end: headerBytes },
    { start: first.offset, end },
  ]) {
    for await (const chunk of readChunks({ path, ...part, signal })) {
      hash.update(chunk);
      bytes += chunk.length;
      if (part.start === first.offset && part.end === end) scanner?.take(chunk);
    }
  }
  if (bytes !== headerBytes + end - first.offset) throw tableChanged();
  scanner?.finish();
  const records = scanner?.records() ?? rows;
  return {
    file: { sha256: hash.digest('hex'), bytes, name: source.name },
    table: source.sha256,
    headerBytes,
    start: first.offset,
    end,
    firstRow,
    rows,
    ...(records !== rows && { records }),
    headerLines: table.headerLines,
    linesBefore: first.lines,
  };
}

/** Where a row begins: right behind the record before it, and behind what is no row there. */
async function placeOf(table: Table, row: number, signal: AbortSignal | undefined): Promise<RowMark> {
  const mark = table.marks.before(row);
  if (row === 0) return mark;
  return behindEmpty(table, await behindRow(table, mark, row, signal), signal);
}

async function behindRow(
  table: Table,
  mark: RowMark,
  row: number,
  signal: AbortSignal | undefined,
): Promise<RowMark> {
  if (mark.row === row) return mark;
  const scanner = createRecordScanner(table.rules);
  let { offset } = mark;
  for await (const chunk of readChunks({ path: table.path, start: offset, chunkBytes: 128 * 1024, signal })) {
    offset += scanner.take(chunk, row - mark.row);
    if (scanner.rows() === row - mark.row) return { row, offset, lines: mark.lines + scanner.lines() };
  }
  throw tableChanged();
}

/** Behind empty rows and lines, so that every shard begins with a row. */
async function behindEmpty(table: Table, place: RowMark, signal: AbortSignal | undefined): Promise<RowMark> {
  const { rules, path, rowsEnd } = table;
  let { offset, lines } = place;
  if (rules === undefined) return place;
  for (;;) {
    const end = Math.min(rowsEnd, offset + 64 * 1024);
    let empty = { bytes: 0, lines: 0 };
    for await (const chunk of readChunks({ path, start: offset, end, signal })) {
      empty = leadingEmptyBytes(chunk, rules);
      break;
    }
    offset += empty.bytes;
    lines += empty.lines;
    if (empty.bytes === 0) return { row: place.row, offset, lines };
  }
}
