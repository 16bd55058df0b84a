import type { TableEncoding } from '../../models/reading.js';
import { createTableDecoder, UndecodableBytes } from '../encoding/table-decoder.js';

/** A file's last lines. */
export interface LastLines {
  /** How many of them are whole, up to the most asked for. */
  count(): number;
  /** One of them without its ending, counted from the last one (0); undefined beyond them. */
  line(fromEnd: number): string | undefined;
  /** Bytes of so many of the last lines. */
  bytesOf(lines: number): number;
}

/** How the lines of a file end, and how it is text. */
export interface LineCoding {
  encoding: TableEncoding;
  /** The code of what ends lines: LF, or CR. */
  end: number;
}

/** The last lines in `tail`; the first of them is left out where it may be cut. */
export function lastLines(tail: Uint8Array, coding: LineCoding, isWhole: boolean, most: number): LastLines {
  const { encoding, end } = coding;
  const unit = encoding.startsWith('utf-16') ? 2 : 1;
  const low = encoding === 'utf-16be' ? 1 : 0;
  const isEnd = (at: number) => tail[at + low] === end && (unit === 1 || tail[at + 1 - low] === 0);
  const last = tail.length - (tail.length % unit);
  /** Where lines begin, the last one first, as far as they were asked for. */
  const starts: number[] = [];
  let at = last - unit;
  const startOf = (fromEnd: number): number | undefined => {
    for (; at >= 0 && starts.length <= fromEnd && starts.length < most; at -= unit) {
      if (isEnd(at) && at + unit < last) starts.push(at + unit);
    }
    if (at < 0 && isWhole && starts.at(-1) !== 0 && starts.length < most) starts.push(0);
    return starts[fromEnd];
  };
  return {
    count: () => {
      startOf(most - 1);
      return starts.length;
    },
    line(fromEnd) {
      const start = startOf(fromEnd);
      if (start === undefined) return undefined;
      return textOf(tail.subarray(start, starts[fromEnd - 1] ?? last), encoding).replace(/[\r\n]+$/, '');
    },
    bytesOf: (lines) => (lines === 0 ? 0 : tail.length - (startOf(lines - 1) ?? tail.length)),
  };
}

function textOf(bytes: Uint8Array, encoding: TableEncoding): string {
  const decoder = createTableDecoder({ encoding, asciiSoFar: encoding === 'utf-8' });
  const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
  try {
    return utf8.decode(decoder.decode(bytes)) + utf8.decode(decoder.finish());
  } catch (error) {
    // Whoever reads so far says what is wrong.
    if (error instanceof UndecodableBytes) return utf8.decode(bytes);
    throw error;
  }
}
