const newline = 0x0a;
const carriageReturn = 0x0d;
const quote = 0x22;

/**
 * Finds where records end, chunk by chunk: a newline (LF or CRLF) outside quotes ends one, an empty line is none. A
 * doubled quote inside a quoted value toggles twice, so it needs no look ahead [RFC 4180 §2.6, §2.7]. Counts what
 * the agent's reader reads, for any bytes that it reads at all.
 */
export interface RecordScanner {
  /**
   * Takes bytes, but none behind the end of record number `untilRow` (counted from 1 since the beginning; its line
   * ending is taken). Returns how many were taken; call again with the rest.
   */
  take(bytes: Uint8Array, untilRow?: number): number;
  /** Records that have ended. */
  rows(): number;
  /** Lines that have ended, those of empty lines and inside quotes too. */
  lines(): number;
  /** Bytes taken behind the last line ending that ended a record or an empty line. */
  openBytes(): number;
  /** The bytes so far end inside quotes. */
  quoted(): boolean;
  /** No more bytes: a record that has no line ending ends here. Returns the records. */
  finish(): number;
}

/** A scanner that stands where a record begins (behind the byte order mark, or behind another record). */
export function createRecordScanner(): RecordScanner {
  let rows = 0;
  let lines = 0;
  let open = 0;
  let quoted = false;
  let lastByte = 0;

  return {
    take(bytes, untilRow = Infinity) {
      if (rows >= untilRow) return 0;
      const { length } = bytes;
      // Where the record began, counted from these bytes: below zero when that was earlier.
      let start = -open;
      let inQuotes = quoted;
      let seenRows = rows;
      let seenLines = lines;
      const words = wordsOf(bytes);
      const firstWord = words.byteOffset - bytes.byteOffset;
      let at = 0;
      while (at < length) {
        if (((at - firstWord) & 3) === 0) {
          at = firstWord + 4 * nextLowWord(words, (at - firstWord) >> 2);
          if (at === length) break;
        }
        const byte = bytes[at++] as number;
        if (byte === quote) inQuotes = !inQuotes;
        else if (byte === newline) {
          seenLines++;
          if (inQuotes) continue;
          const size = at - 1 - start;
          start = at;
          if (size === 0) continue;
          if (size === 1 && (at > 1 ? bytes[at - 2] : lastByte) === carriageReturn) continue;
          seenRows++;
          if (seenRows >= untilRow) break;
        }
      }
      rows = seenRows;
      lines = seenLines;
      quoted = inQuotes;
      open = at - start;
      if (at > 0) lastByte = bytes[at - 1] as number;
      return at;
    },
    rows: () => rows,
    lines: () => lines,
    openBytes: () => open,
    quoted: () => quoted,
    finish() {
      if (open > 0) rows++;
      open = 0;
      return rows;
    },
  };
}

/** The whole aligned 32-bit words in `bytes`. */
function wordsOf(bytes: Uint8Array): Int32Array {
  const first = (bytes.byteOffset + 3) & ~3;
  const end = bytes.byteOffset + bytes.length;
  if (end - first < 4) return new Int32Array(bytes.buffer, bytes.byteOffset & ~3, 0);
  return new Int32Array(bytes.buffer, first, (end - first) >> 2);
}

/**
 * The first word from `from` on with a byte below 0x23, as newline and quote are, or the number of words. Three times
 * as fast as looking at each byte. The test is Mycroft's: subtracting borrows into the top bit of a byte that is
 * smaller; it may also take a byte above a smaller one for small, never overlooks one [Warren 2013, §6-1].
 */
function nextLowWord(words: Int32Array, from: number): number {
  let at = from;
  for (; at < words.length; at++) {
    const word = words[at] as number;
    if (((word - 0x23232323) & ~word & ~0x7f7f7f7f) !== 0) break;
  }
  return at;
}
