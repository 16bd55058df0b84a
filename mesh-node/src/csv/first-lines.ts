import type { TableEncoding } from '@meshdeck/shared';

const mostCharacters = 300;
/** Lines beyond this many bytes are none that a person looks through. */
const mostBytes = 64 * 1024;

/** A file's first lines as text, cut; empty for what is no text. `most` of them. */
export function firstLines(bytes: Uint8Array, encoding: TableEncoding, most: number): string[] {
  const head = bytes.subarray(0, mostBytes);
  const text = new TextDecoder(encoding).decode(head);
  if (text.includes('\0')) return [];
  const lines = text.split('\n');
  // What stands behind the last line ending may be cut in the middle, or nothing at all.
  const whole = head.length < bytes.length || lines.at(-1) === '' ? lines.slice(0, -1) : lines;
  return whole.slice(0, most).map((line) => line.replace(/\r+$/, '').slice(0, mostCharacters));
}
