import { MeshdeckError } from '../../errors.js';
import type { ReadingOptions, TableEncoding } from '../../models/reading.js';
import { foreignFile } from './foreign-files.js';

/** How a table's bytes are text, as far as its first ones tell. */
export interface FoundEncoding {
  encoding: TableEncoding;
  /** Bytes of the byte order mark. */
  markBytes: number;
  /** Nothing was told or marked: what is no UTF-8 further on is Windows-1252. */
  isOpen: boolean;
}

const startsWith = (bytes: Uint8Array, start: readonly number[]) =>
  start.every((byte, at) => bytes[at] === byte);

const utf8Mark = [0xef, 0xbb, 0xbf] as const;
const wideMarks = [
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
] as const;

/** UTF-16 without a mark: so much of it is zero bytes, nearly all of them on one side of each pair. */
const zeroShare = 0.2;
const oneSided = 0.95;

/** Length in bytes of the byte order mark that this encoding has at the start of `head`. */
export function markBytes(head: Uint8Array, encoding: TableEncoding): number {
  if (encoding === 'utf-8') return startsWith(head, utf8Mark) ? utf8Mark.length : 0;
  const mark = wideMarks.find(([name]) => name === encoding)?.[1];
  return mark !== undefined && startsWith(head, mark) ? mark.length : 0;
}

/**
 * Finds how a table's bytes are text: by what was told, a byte order mark, the zero bytes of UTF-16; else UTF-8 as long
 * as the bytes are.
 *
 * @throws MeshdeckError csv-malformed for a file of another kind, which it names
 */
export function findEncoding(head: Uint8Array, told: ReadingOptions['encoding']): FoundEncoding {
  const foreign = foreignFile(head);
  if (foreign !== null) throw foreign;
  if (told !== undefined) return { encoding: told, markBytes: markBytes(head, told), isOpen: false };
  if (startsWith(head, utf8Mark)) return { encoding: 'utf-8', markBytes: 3, isOpen: false };
  if (startsWith(head, [0xff, 0xfe, 0, 0]) || startsWith(head, [0, 0, 0xfe, 0xff])) {
    throw new MeshdeckError('csv-malformed', 'This file is written in UTF-32. Save it as "CSV UTF-8".');
  }
  for (const [encoding, mark] of wideMarks) {
    if (startsWith(head, mark)) return { encoding, markBytes: 2, isOpen: false };
  }
  const wide = wideWithoutMark(head);
  if (wide !== null) return { encoding: wide, markBytes: 0, isOpen: false };
  if (looksBinary(head)) {
    throw new MeshdeckError('csv-malformed', 'This file is binary, not a CSV. Give a text table.');
  }
  return { encoding: 'utf-8', markBytes: 0, isOpen: true };
}

const isControl = (byte: number) => byte < 0x20 && (byte < 0x09 || byte > 0x0d) && byte !== 0x1a;

/** In UTF-16 the digits, delimiters and line ends of every table have a zero byte each. */
function wideWithoutMark(head: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  const { length } = head;
  let even = 0;
  let odd = 0;
  for (let at = head.indexOf(0); at >= 0; at = head.indexOf(0, at + 1)) {
    const partner = head[at ^ 1];
    if (partner !== undefined && isControl(partner)) return null;
    if (at % 2 === 0) even++;
    else odd++;
  }
  const zeros = even + odd;
  if (zeros < length * zeroShare || length < 4) return null;
  if (odd >= zeros * oneSided) return 'utf-16le';
  return even >= zeros * oneSided ? 'utf-16be' : null;
}

/** One control in a hundred bytes is no text's; a few zero bytes may be what is left of a file that was cut off. */
function looksBinary(head: Uint8Array): boolean {
  const start = head.subarray(0, 4096);
  let controls = 0;
  let zeros = 0;
  for (const byte of start) {
    if (byte === 0) zeros++;
    else if (isControl(byte)) controls++;
  }
  return controls * 100 > start.length || zeros * 3 > start.length;
}
