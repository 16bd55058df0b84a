import { lastRecordEnd } from './record-ends.js';
import { createRecordScanner } from './record-scanner.js';

/** A table of up to so many bytes is looked at whole; of a larger one, about so many of its first rows. */
export const excerptBytes = 256 * 1024;
/** Rows may be so long that few fit in there: so far is looked for a header and some rows. */
const farthestBytes = 16 * 1024 * 1024;
const fewestRecords = 4;
/** What stands below the rows (a totals row, a note) is a line or a few. */
const endBytes = 4 * 1024;

const newline = 0x0a;
const quote = 0x22;

/** A table's first rows, and its last. */
export interface Excerpt {
  bytes: Uint8Array;
  /** It is the whole table. */
  complete: boolean;
}

/** Bytes `start` to `end`, the last left out; fewer only at the file's end. */
export type ReadBytes = (start: number, end: number) => Promise<Uint8Array>;

/**
 * Enough of a table to see how it is read, cut between records: what stands above its rows, the first of them, and its
 * last lines, so that what is no row at the end is seen, too.
 */
export async function tableExcerpt({
  sizeBytes,
  read,
  withEnd = true,
}: {
  sizeBytes: number;
  read: ReadBytes;
  /** Without it the last lines are left out: for where somebody has counted the line on which the rows end. */
  withEnd?: boolean;
}): Promise<Excerpt> {
  if (sizeBytes <= excerptBytes) return { bytes: await read(0, sizeBytes), complete: true };
  const head = await firstRecords(sizeBytes, read);
  if (head.length >= sizeBytes) return { bytes: head, complete: true };
  if (!withEnd) return { bytes: head, complete: false };
  const from = Math.max(head.length, sizeBytes - endBytes);
  const tail = wholeLines(await read(from, sizeBytes), from === head.length ? 'record' : 'anywhere', head);
  const bytes = new Uint8Array(head.length + tail.length);
  bytes.set(head);
  bytes.set(tail, head.length);
  return { bytes, complete: false };
}

async function firstRecords(sizeBytes: number, read: ReadBytes): Promise<Uint8Array> {
  for (let most = excerptBytes; ; most *= 4) {
    const head = await read(0, Math.min(most, sizeBytes));
    if (most >= sizeBytes) return head;
    const cut = head.subarray(0, lastEnd(head));
    if (countRecords(cut) >= fewestRecords || most >= farthestBytes) return cut.length > 0 ? cut : head;
  }
}

function countRecords(bytes: Uint8Array): number {
  const scanner = createRecordScanner();
  scanner.take(bytes);
  return Math.max(scanner.rows(), isWide(bytes) ? scanner.lines() : 0);
}

/** Where the last complete record ends; with a quote left open, where the last line does. */
function lastEnd(bytes: Uint8Array): number {
  if (isWide(bytes)) return lastWideEnd(bytes);
  const end = lastRecordEnd(bytes);
  return end > 0 ? end : bytes.lastIndexOf(newline) + 1;
}

/** UTF-16, by its mark or by the zero bytes of what is ASCII. */
function isWide(bytes: Uint8Array): boolean {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  return bytes.subarray(0, 1024).includes(0);
}

/** Behind the last line ending in UTF-16, of either byte order. */
function lastWideEnd(bytes: Uint8Array): number {
  for (let at = (bytes.length & ~1) - 2; at >= 0; at -= 2) {
    const [a, b] = [bytes[at], bytes[at + 1]];
    if ((a === newline && b === 0) || (a === 0 && b === newline)) return at + 2;
  }
  return 0;
}

/**
 * The last lines, from the first one that is surely whole. None where a quoted value may reach over line endings, or
 * where the file is UTF-16, in which a line's beginning cannot be told from these bytes alone.
 */
function wholeLines(bytes: Uint8Array, start: 'record' | 'anywhere', head: Uint8Array): Uint8Array {
  if (isWide(head)) return new Uint8Array(0);
  const from = start === 'record' ? 0 : bytes.indexOf(newline) + 1;
  const lines = from === 0 && start === 'anywhere' ? new Uint8Array(0) : bytes.subarray(from);
  let quotes = 0;
  for (const byte of lines) {
    if (byte === quote) quotes++;
    else if (byte === newline) {
      if (quotes % 2 === 1) return new Uint8Array(0);
      quotes = 0;
    }
  }
  return quotes % 2 === 1 ? new Uint8Array(0) : lines;
}
