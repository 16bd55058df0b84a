import { MeshdeckError } from '../errors.js';
import type { TableDelimiter } from '../models/reading.js';
import { firstRecordEnd } from './record-ends.js';

/** How a result is written. Results keep the dialect of their input, so whoever wrote it can read them. */
export interface CsvDialect {
  delimiter: TableDelimiter;
  /** The ending of the line with the names. */
  lineEnding: '\n' | '\r\n';
  /** The file begins with a UTF-8 byte order mark. */
  bom: boolean;
}

const quote = 0x22;
const newline = 0x0a;
const carriageReturn = 0x0d;
/** Records compared to find the delimiter. */
const recordsLookedAt = 10;
const delimiters = [',', ';', '\t', '|'] as const;

/** Length in bytes of a UTF-8 byte order mark at the start of `head`: 3 or 0. */
export function bomLength(head: Uint8Array): 0 | 3 {
  return head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
}

/**
 * The dialect of a table, from its first bytes (which should hold the whole header). The delimiter is the one that
 * occurs outside quotes as often in each of the first records as in the header; else the one most often in the
 * header; a comma where there is none.
 *
 * @throws MeshdeckError csv-malformed when the file is no text in UTF-8: a spreadsheet, UTF-16, another binary file.
 */
export function detectDialect(head: Uint8Array): CsvDialect {
  refuseOtherFormats(head);
  let best: CsvDialect['delimiter'] = ',';
  let bestScore = 0;
  for (const delimiter of delimiters) {
    const [header = 0, ...others] = countInRecords(head, delimiter.charCodeAt(0));
    const steady = header > 0 && others.every((count) => count === header);
    const score = header + (steady ? head.length : 0);
    if (score <= bestScore) continue;
    best = delimiter;
    bestScore = score;
  }
  const end = firstRecordEnd(head);
  const lineEnding = head[end - 2] === carriageReturn ? '\r\n' : '\n';
  return { delimiter: best, lineEnding, bom: bomLength(head) > 0 };
}

/**
 * Whether the header alone decides the delimiter: no two kinds of it stand outside quotes in `header`. Otherwise the
 * rows behind it have a say, and a part of the table could be read in another dialect than the whole.
 */
export function headerDecidesDelimiter(header: Uint8Array): boolean {
  const kinds = delimiters.filter((delimiter) => countOutsideQuotes(header, delimiter.charCodeAt(0)) > 0);
  return kinds.length < 2;
}

/** How often `byte` stands outside quotes in each of the first complete records, or in all of `head` if none is. */
function countInRecords(head: Uint8Array, byte: number): number[] {
  const counts: number[] = [];
  for (let at = bomLength(head); counts.length < recordsLookedAt;) {
    const length = firstRecordEnd(head.subarray(at));
    if (length < 0 && counts.length > 0) break;
    const record = head.subarray(at, length < 0 ? head.length : at + length);
    if (!isBlank(record)) counts.push(countOutsideQuotes(record, byte));
    if (length < 0) break;
    at += length;
  }
  return counts;
}

function countOutsideQuotes(record: Uint8Array, byte: number): number {
  let quoted = false;
  let count = 0;
  for (const value of record) {
    if (value === quote) quoted = !quoted;
    else if (value === byte && !quoted) count++;
  }
  return count;
}

function isBlank(record: Uint8Array): boolean {
  return record.every((byte) => byte === newline || byte === carriageReturn);
}

function refuseOtherFormats(head: Uint8Array): void {
  if (head[0] === 0x50 && head[1] === 0x4b && head[2] === 3 && head[3] === 4) {
    throw new MeshdeckError(
      'csv-malformed',
      'This file is a spreadsheet or an archive, not a CSV. Open it and save it as "CSV UTF-8".',
    );
  }
  const utf16 = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
  if (utf16) {
    throw new MeshdeckError('csv-malformed', 'This CSV is written in UTF-16. Save it as "CSV UTF-8".');
  }
  if (head.includes(0)) {
    throw new MeshdeckError('csv-malformed', 'This file is binary, not a CSV. Give a text table in UTF-8.');
  }
  if (!head.includes(newline) && head.includes(carriageReturn)) {
    throw new MeshdeckError(
      'csv-malformed',
      'This CSV ends its lines with a carriage return alone. Save it with Windows or Unix line endings.',
    );
  }
}
