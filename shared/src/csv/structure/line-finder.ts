import type { TableForm } from '../form.js';

/** Finds where a line of a file begins. */
export interface LineFinder {
  /** Takes the file's next bytes; the place in the file where the line begins once it is known, else null. */
  take(bytes: Uint8Array): number | null;
}

/** `line` from 1. */
export function createLineFinder({ encoding, lineEnding }: TableForm, line: number): LineFinder {
  const unit = encoding.startsWith('utf-16') ? 2 : 1;
  const low = encoding === 'utf-16be' ? 1 : 0;
  const end = lineEnding === '\r' ? 0x0d : 0x0a;
  let left = line - 1;
  let before = 0;
  return {
    take(bytes) {
      for (let at = bytes.indexOf(end); at >= 0 && left > 0; at = bytes.indexOf(end, at + 1)) {
        const place = before + at;
        if (unit === 2 && (place % 2 !== low || bytes[at + (low === 0 ? 1 : -1)] !== 0)) continue;
        left--;
        if (left === 0) return place - low + unit;
      }
      before += bytes.length;
      return left === 0 ? 0 : null;
    },
  };
}
