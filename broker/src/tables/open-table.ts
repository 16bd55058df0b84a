import { detectDialect, headerDecidesDelimiter, type CsvDialect } from '@meshdeck/shared/csv';
import { readChunks } from './read-chunks.js';
import type { RowMarks } from './row-marks.js';
import { scanRecords, type RecordScan } from './scan-records.js';

export interface RowCount {
  rows: number;
  /** Bytes before the first row. */
  headerBytes: number;
  bytes: number;
  dialect: CsvDialect;
  /** Why no part of it would surely be read as the whole is; null when rows can be handed out separately. */
  indivisible: string | null;
}

/** A table in a file that does not change, and where its rows lie. */
export interface Table extends RowCount {
  path: string;
  /** Lines before the first row. */
  headerLines: number;
  marks: RowMarks;
}

/**
 * Finds where a table's rows lie, in one pass and constant memory.
 *
 * @throws MeshdeckError csv-empty without a header; csv-malformed for what is no text; cancelled.
 */
export async function openTable({ path, signal }: { path: string; signal?: AbortSignal }): Promise<Table> {
  const scan = await scanRecords(readChunks({ path, signal }));
  return { ...countOf(scan), path, headerLines: scan.marks.before(0).lines, marks: scan.marks };
}

/** Counts the rows of a file, or of a stream. Throws as `openTable` does. */
export async function countRows(source: string | AsyncIterable<Uint8Array>): Promise<RowCount> {
  return countOf(await scanRecords(typeof source === 'string' ? readChunks({ path: source }) : source));
}

function countOf(scan: RecordScan): RowCount {
  const { rows, bytes } = scan;
  return {
    rows,
    headerBytes: scan.head.length,
    bytes,
    dialect: detectDialect(scan.sample),
    indivisible: whyIndivisible(scan),
  };
}

function whyIndivisible({ rows, head, header, quoteOpen, zeroBytes }: RecordScan): string | null {
  if (rows === 0) return 'The table has no rows.';
  if (quoteOpen) return 'A quote in the table is never closed.';
  if (zeroBytes) return 'The table holds zero bytes.';
  if (!headerDecidesDelimiter(head.subarray(header.start, header.end))) {
    return 'The header leaves open which delimiter the table uses.';
  }
  return null;
}
