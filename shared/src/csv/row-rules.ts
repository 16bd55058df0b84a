import { withoutReturns } from './record-ends.js';

/** What tells a table's rows from records that are none. */
export interface RowRules {
  delimiter: number;
  /** Columns, and empty fields behind them. */
  fields: number;
  trailing: number;
  /** The header as bytes of the table, without its line ending: a record that is the same is no row. */
  header: Uint8Array | null;
}

const quote = 0x22;
const blank = 0x20;
const tab = 0x09;

/**
 * Fields of a record in which no field holds anything but blanks, in quotes or not; 0 for any other. The record is
 * `bytes[start, end)` without its line ending.
 */
export function blankFields(bytes: Uint8Array, start: number, end: number, delimiter: number): number {
  let fields = 1;
  let closed = false;
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (byte === delimiter) {
      fields++;
      closed = false;
    } else if (byte === quote && !closed) {
      at++;
      while (at < end && (bytes[at] === blank || bytes[at] === tab) && bytes[at] !== delimiter) at++;
      if (at >= end || bytes[at] !== quote || bytes[at + 1] === quote) return 0;
      closed = true;
    } else if (byte !== blank && byte !== tab) return 0;
  }
  return fields;
}

/** Whether a record repeats the header, as in files that were put behind one another. */
export function repeatsHeader(
  bytes: Uint8Array,
  start: number,
  end: number,
  header: Uint8Array | null,
): boolean {
  if (header === null || end - start !== header.length || bytes[start] !== header[0]) return false;
  for (let at = 1; at < header.length; at++) if (bytes[start + at] !== header[at]) return false;
  return true;
}

/** What a record is: a row; empty, but kept in a result, since it has the table's columns; or left out. */
export type RecordKind = 'row' | 'empty' | 'left-out';

/** What the record in `bytes[start, end)` is, without its line ending. */
export function recordKind(bytes: Uint8Array, start: number, end: number, rules: RowRules): RecordKind {
  const { delimiter, fields, trailing, header } = rules;
  if (fields + trailing === 1) return 'row';
  const first = bytes[start];
  if (first === delimiter || first === blank || first === quote || first === tab) {
    const blanks = blankFields(bytes, start, end, delimiter);
    if (blanks > 0) return blanks === fields + trailing || blanks === fields ? 'empty' : 'left-out';
  }
  return repeatsHeader(bytes, start, end, header) ? 'left-out' : 'row';
}

/** Bytes and lines of what is no row where `bytes` begin, as far as it is complete in them. */
export function leadingEmptyBytes(bytes: Uint8Array, rules: RowRules): { bytes: number; lines: number } {
  let at = 0;
  let lines = 0;
  for (;;) {
    const feed = bytes.indexOf(0x0a, at);
    if (feed < 0) return { bytes: at, lines };
    const end = withoutReturns(bytes, at, feed);
    if (end > at && recordKind(bytes, at, end, rules) === 'row') return { bytes: at, lines };
    at = feed + 1;
    lines++;
  }
}
