import { bomLength } from './dialect.js';
import { blankLine, firstRecordEnd } from './record-ends.js';

/** The longest record taken; a quote that never closes would otherwise swallow the file. */
export const maxRecordBytes = 8 * 1024 * 1024;

/** Where a table's header stands. */
export interface HeaderRange {
  /** Behind the byte order mark and empty lines. */
  start: number;
  /** Behind the header's line ending; -1 when the bytes end before it does. */
  end: number;
  /** The line of the file (from 1) on which it begins. */
  line: number;
}

/** Finds the header in a table's first bytes. */
export function findHeader(head: Uint8Array): HeaderRange {
  let start: number = bomLength(head);
  let line = 1;
  for (let blank = blankLine(head, start); blank > 0; blank = blankLine(head, start)) {
    start += blank;
    line++;
  }
  const length = firstRecordEnd(head.subarray(start));
  return { start, end: length < 0 ? -1 : start + length, line };
}
