import { crc32 } from 'node:zlib';

/**
 * A record is one line: `CRC KEY META<tab>BODY\n`, the CRC-32 in hex over all that follows it. Keys and meta hold
 * neither blanks nor tabs nor line breaks; a body is JSON, or empty where the key was removed.
 */
export interface JournalRecord {
  key: string;
  meta: string;
  body: string;
}

const lineFeed = 10;
const tab = 9;
const blank = 32;
const crcDigits = 8;

const checksum = (bytes: Buffer | string) => crc32(bytes).toString(16).padStart(crcDigits, '0');

export function encodeLine({ key, meta, body }: JournalRecord): Buffer {
  const rest = Buffer.from(`${key} ${meta}\t${body}`);
  return Buffer.concat([Buffer.from(`${checksum(rest)} `), rest, Buffer.from('\n')]);
}

/** Null for what a kill or a power cut left half written. `line` comes without its line feed. */
export function decodeHead(line: Buffer): { key: string; meta: string; bodyStart: number } | null {
  const end = line.indexOf(tab);
  if (end < crcDigits + 1 || line[crcDigits] !== blank) return null;
  if (line.toString('latin1', 0, crcDigits) !== checksum(line.subarray(crcDigits + 1))) return null;
  const [key, meta] = line.toString('latin1', crcDigits + 1, end).split(' ');
  return key === undefined || meta === undefined ? null : { key, meta, bodyStart: end + 1 };
}

/**
 * Lines with where they begin. What follows the last line feed a kill left half written, and is left out; but zeros in it
 * are what a disk lost, and a whole record whose line feed alone was damaged is one.
 */
export function* linesOf(bytes: Buffer): Generator<{ offset: number; line: Buffer }> {
  for (let offset = 0; offset < bytes.length;) {
    const end = bytes.indexOf(lineFeed, offset);
    if (end === -1) {
      const rest = bytes.subarray(offset);
      const isRecord = decodeHead(rest.subarray(0, -1)) !== null;
      if (isRecord || rest.includes(0)) yield { offset, line: rest.subarray(0, -1) };
      return;
    }
    yield { offset, line: bytes.subarray(offset, end) };
    offset = end + 1;
  }
}
