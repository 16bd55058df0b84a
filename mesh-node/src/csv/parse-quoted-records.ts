import { MeshdeckError } from '@meshdeck/shared';
import { blankLine, withoutLineEnding } from '@meshdeck/shared/csv';
import { CsvError, parse } from 'csv-parse/sync';
import { growCsvBlock, type CsvBlock } from './csv-block.js';
import { raggedRow } from './ragged-row.js';

const newline = 0x0a;

interface QuotedRecord {
  fields: string[];
  /** Where the record ends in the bytes, its line ending included. */
  endByte: number;
}

/**
 * Reads records among which some are quoted, with csv-parse, into `block`: for what `splitRecords` leaves to it.
 * `bytes` ends with a complete record; empty lines are skipped. Returns the line after the last one.
 *
 * @throws MeshdeckError csv-malformed for stray or unclosed quotes and for a record with too few or too many fields.
 */
export function parseQuotedRecords(
  bytes: Buffer,
  delimiter: string,
  firstLine: number,
  block: CsvBlock,
): number {
  const records = readQuotedRecords(bytes, delimiter, firstLine);
  const { columns } = block;
  growCsvBlock(block, records.length);
  // Invalid UTF-8 grows to three bytes (U+FFFD) for each.
  const cells = Buffer.allocUnsafe(bytes.length * 3);
  let line = firstLine;
  let start = 0;
  let written = 0;
  for (const [row, { fields, endByte }] of records.entries()) {
    for (let blank = blankLine(bytes, start); blank > 0; blank = blankLine(bytes, start)) {
      start += blank;
      line++;
    }
    if (fields.length !== columns) throw raggedRow(line, fields.length, columns);
    fields.forEach((field, column) => {
      block.starts[row * columns + column] = written;
      written += cells.write(field, written);
      block.ends[row * columns + column] = written;
    });
    block.lines[row] = line;
    block.rowStarts[row] = start;
    block.rowEnds[row] = withoutLineEnding(bytes, endByte);
    for (; start < endByte; start++) if (bytes[start] === newline) line++;
  }
  for (; start < bytes.length; start++) if (bytes[start] === newline) line++;
  block.rows = records.length;
  block.cells = cells;
  block.raw = bytes;
  return line;
}

/** The records of `bytes` as strings, with where each ends. `firstLine` is for error messages. */
export function readQuotedRecords(bytes: Buffer, delimiter: string, firstLine: number): QuotedRecord[] {
  const ends: number[] = [];
  try {
    const records = parse(bytes, {
      delimiter,
      record_delimiter: ['\r\n', '\n'],
      relax_column_count: true,
      skip_empty_lines: true,
      onRecord: (record, context) => {
        ends.push(context.bytes);
        return record;
      },
    });
    return records.map((fields, index) => ({ fields, endByte: ends[index] ?? bytes.length }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw malformedQuote(error, bytes, firstLine);
  }
}

function malformedQuote(error: CsvError, bytes: Buffer, firstLine: number): MeshdeckError {
  if (error.code === 'CSV_QUOTE_NOT_CLOSED') {
    const opened = firstLine + countNewlines(bytes, bytes.lastIndexOf('"'));
    return new MeshdeckError('csv-malformed', `Line ${opened} opens a quote that is never closed.`, {
      cause: error,
    });
  }
  const lines = typeof error['lines'] === 'number' ? error['lines'] : 1;
  return new MeshdeckError(
    'csv-malformed',
    `Line ${firstLine + lines - 1} has a quote in the middle of a value. Put the whole value in quotes and double the quote inside it.`,
    { cause: error },
  );
}

function countNewlines(bytes: Buffer, end: number): number {
  let count = 0;
  for (let at = bytes.indexOf(newline); at >= 0 && at < end; at = bytes.indexOf(newline, at + 1)) count++;
  return count;
}
