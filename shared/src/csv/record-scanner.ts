import { nextLowWord, wordsOf } from './low-words.js';
import { withoutReturns } from './record-ends.js';
import { recordKind, type RowRules } from './row-rules.js';

const newline = 0x0a;
const quote = 0x22;
const blank = 0x20;
const tab = 0x09;
/** A record longer than this is no empty one and no header. */
const mostKeptBytes = 256 * 1024;

/**
 * Finds where records end, chunk by chunk: a newline (after any carriage returns) outside quotes ends one, an empty line
 * is none. A doubled quote inside a quoted value toggles twice, so it needs no look ahead [RFC 4180 §2.6, §2.7]. Counts
 * what the agent's reader reads, for any bytes that it reads at all.
 */
export interface RecordScanner {
  /**
   * Takes bytes, but none behind the end of row number `untilRow` (counted from 1 since the beginning; its line ending is
   * taken). Returns how many were taken; call again with the rest.
   */
  take(bytes: Uint8Array, untilRow?: number): number;
  /** Rows that have ended. */
  rows(): number;
  /** Rows that have ended, and empty ones that stay in a result. */
  records(): number;
  /** Lines that have ended, those of empty lines and inside quotes too. */
  lines(): number;
  /** Bytes taken behind the last line ending that ended a record or an empty line. */
  openBytes(): number;
  /** The bytes so far end inside quotes. */
  quoted(): boolean;
  /** A quote was seen. */
  sawQuote(): boolean;
  /** No more bytes: a record that has no line ending ends here. Returns the rows. */
  finish(): number;
}

/**
 * A scanner that stands where a record begins (behind the byte order mark, or behind another record). With `rules` a
 * quote opens a value only where a field begins, and what is no row is not counted as one; without them every quote does,
 * and every record is one.
 */
export function createRecordScanner(rules?: RowRules): RecordScanner {
  let rows = 0;
  let empty = 0;
  let lines = 0;
  let open = 0;
  let quoted = false;
  let sawQuote = false;
  /** The bytes so far end where a field begins, or with the quote that closed one. */
  let atFieldStart = true;
  let justClosed = false;
  /** The open record's bytes, while it may be none that counts. */
  let kept: Uint8Array | null = null;

  /** Whether the quote at `at` opens a value: a field begins there, but for blanks, or it doubles the one before it. */
  function opens(bytes: Uint8Array, at: number, closedAt: number): boolean {
    if (rules === undefined) return true;
    if (at > 0 ? closedAt === at - 1 : justClosed) return true;
    return fieldBegins(bytes, at, rules.delimiter);
  }

  function fieldBegins(bytes: Uint8Array, at: number, delimiter: number): boolean {
    for (let before = at - 1; before >= 0; before--) {
      const byte = bytes[before];
      if (byte === delimiter || byte === newline) return true;
      if (byte !== blank && byte !== tab) return false;
    }
    return atFieldStart;
  }

  /** Counts the record in `bytes[start, end)`, without its line feed. */
  function count(bytes: Uint8Array, start: number, end: number): void {
    const last = withoutReturns(bytes, start, end);
    if (last === start) return;
    const kind = rules === undefined ? 'row' : recordKind(bytes, start, last, rules);
    if (kind === 'row') rows++;
    else if (kind === 'empty') empty++;
  }

  /** Counts the record that began in an earlier chunk and ends with `bytes[0, end)`. */
  function countOpen(bytes: Uint8Array, end: number): void {
    if (kept === null) {
      rows++;
      return;
    }
    const record = joined(kept, bytes.subarray(0, end));
    count(record, 0, record.length);
  }

  /** The record's bytes so far, where they may be those of none that counts. */
  function keep(bytes: Uint8Array, start: number, end: number): Uint8Array | null {
    if (end - start > mostKeptBytes || (start < 0 && kept === null)) return null;
    if (start < 0) return joined(kept as Uint8Array, bytes.subarray(0, end));
    const first = bytes[start] as number;
    const isOrdinary =
      first > quote && first !== rules?.delimiter && (rules?.header == null || first !== rules.header[0]);
    // A copy: the bytes may be written over.
    return isOrdinary ? null : new Uint8Array(bytes.subarray(start, end));
  }

  return {
    take(bytes, untilRow = Infinity) {
      if (rows >= untilRow || bytes.length === 0) return 0;
      const { length } = bytes;
      // Where the record began, counted from these bytes: below zero when that was earlier.
      let start = -open;
      let inQuotes = quoted;
      let seenLines = lines;
      let closedAt = -2;
      const words = wordsOf(bytes);
      const firstWord = words.byteOffset - bytes.byteOffset;
      let at = 0;
      while (at < length) {
        if (((at - firstWord) & 3) === 0) {
          at = firstWord + 4 * nextLowWord(words, (at - firstWord) >> 2);
          if (at === length) break;
        }
        const byte = bytes[at++] as number;
        if (byte === quote) {
          sawQuote = true;
          if (inQuotes) {
            inQuotes = false;
            closedAt = at - 1;
          } else inQuotes = opens(bytes, at - 1, closedAt);
        } else if (byte === newline) {
          seenLines++;
          if (inQuotes) continue;
          if (start < 0) countOpen(bytes, at - 1);
          else if (at - 1 > start) count(bytes, start, at - 1);
          start = at;
          if (rows >= untilRow) break;
        }
      }
      lines = seenLines;
      quoted = inQuotes;
      justClosed = closedAt === at - 1;
      kept = at > start ? keep(bytes, start, at) : null;
      open = at - start;
      if (rules !== undefined)
        atFieldStart = !quoted && !justClosed && fieldBegins(bytes, at, rules.delimiter);
      return at;
    },
    rows: () => rows,
    records: () => rows + empty,
    lines: () => lines,
    openBytes: () => open,
    quoted: () => quoted,
    sawQuote: () => sawQuote,
    finish() {
      if (open > 0) countOpen(new Uint8Array(0), 0);
      open = 0;
      kept = null;
      return rows;
    },
  };
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
