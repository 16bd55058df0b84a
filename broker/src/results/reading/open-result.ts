import { open } from 'node:fs/promises';
import { MeshdeckError } from '@meshdeck/shared';
import { bomLength, detectDialect, findHeader, maxRecordBytes, recordTooLong } from '@meshdeck/shared/csv';
import { cellText, createCellBatch } from './cell-batch.js';
import type { RowMark } from './read-cells.js';
import { splitCells } from './split-cells.js';

/** A result as a table: how it is written, and what its columns are called. */
export interface ResultTable {
  path: string;
  bytes: number;
  /** A byte. */
  delimiter: number;
  names: readonly string[];
  /** Where the first row begins. */
  firstRow: RowMark;
}

const headBytes = 256 * 1024;
/** A table has at most so many columns here. */
const mostColumns = 20_000;

/**
 * Looks at a result's beginning. `delimiter` where it is known, as of a model's result, which keeps its input's.
 *
 * @throws MeshdeckError csv-empty, csv-malformed
 */
export async function openResult(
  path: string,
  { delimiter }: { delimiter?: string } = {},
): Promise<ResultTable> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    let head = Buffer.alloc(0);
    for (let most = headBytes; ; most *= 4) {
      head = Buffer.alloc(Math.min(most, size));
      await file.read(head, 0, head.length, 0);
      if (head.length === size || findHeader(head).end >= 0) break;
      if (most > maxRecordBytes) throw recordTooLong(1);
    }
    const bytes = head.length === size && head.at(-1) !== 0x0a ? Buffer.concat([head, lineFeed]) : head;
    return { path, bytes: size, ...readHeader(bytes, delimiter) };
  } finally {
    await file.close();
  }
}

const lineFeed = Buffer.from('\n');

function readHeader(head: Buffer, told: string | undefined): Omit<ResultTable, 'path' | 'bytes'> {
  const found = told === undefined ? dialectOf(head) : told;
  const delimiter = found.charCodeAt(0);
  const { start, end, line } = findHeader(head);
  if (end < 0 || start >= head.length || head.subarray(bomLength(head)).every(isLineEnd)) {
    throw new MeshdeckError('csv-empty', 'The result is empty: it has not even a line with column names.');
  }
  const header = head.subarray(start);
  const batch = createCellBatch(mostColumns, 1);
  const split = splitCells(
    header.subarray(0, end - start),
    { at: 0, line, offset: start },
    delimiter,
    true,
    batch,
  );
  const width = batch.widths[0] as number;
  if (batch.rows === 0)
    throw new MeshdeckError(
      'csv-malformed',
      'The first line of the result opens a quote that is never closed.',
    );
  if (width > mostColumns) {
    throw new MeshdeckError(
      'csv-malformed',
      `The result has ${width} columns; at most ${mostColumns} can be looked at here. The download has all.`,
    );
  }
  const names = Array.from({ length: width }, (_, column) => cellText(batch, column).trim());
  return { delimiter, names, firstRow: { offset: end, line: split.line, row: 1 } };
}

const isLineEnd = (byte: number) => byte === 0x0a || byte === 0x0d;

/** The delimiter. The sentences of `detectDialect` are about tables that people hand in; this one an app has written. */
function dialectOf(head: Buffer): string {
  try {
    return detectDialect(head).delimiter;
  } catch (error) {
    throw new MeshdeckError(
      'csv-malformed',
      'The result is no text table that can be shown here. Let the app write predictions.csv as CSV in UTF-8; the download has the file as it is.',
      { cause: error },
    );
  }
}
