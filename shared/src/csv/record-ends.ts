const newline = 0x0a;
const carriageReturn = 0x0d;
const quote = 0x22;

/** Where the first record ends (behind its newline), or -1. A newline inside quotes ends none [RFC 4180 §2.6]. */
export function firstRecordEnd(bytes: Uint8Array): number {
  let quoted = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === quote) quoted = !quoted;
    else if (byte === newline && !quoted) return at + 1;
  }
  return -1;
}

/**
 * Where the last complete record ends (behind its newline), 0 when there is none. `bytes` begins at a record: a
 * doubled quote inside a quoted value keeps the count of quotes even, so a newline ends a record when it is even.
 */
export function lastRecordEnd(bytes: Uint8Array): number {
  if (!bytes.includes(quote)) return bytes.lastIndexOf(newline) + 1;
  let quoted = false;
  let end = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === quote) quoted = !quoted;
    else if (byte === newline && !quoted) end = at + 1;
  }
  return end;
}

/** Length of the empty line at `at`: 1 (LF), 2 (CRLF), or 0 where there is none. `at` is where a line begins. */
export function blankLine(bytes: Uint8Array, at: number): 0 | 1 | 2 {
  if (bytes[at] === newline) return 1;
  return bytes[at] === carriageReturn && bytes[at + 1] === newline ? 2 : 0;
}

/** Where the line ending before `end` begins, carriage returns before the line feed included; `end` where there is none. */
export function withoutLineEnding(bytes: Uint8Array, end: number): number {
  return bytes[end - 1] === newline ? withoutReturns(bytes, 0, end - 1) : end;
}

/** Where the carriage returns before `end` begin, not before `start`. */
export function withoutReturns(bytes: Uint8Array, start: number, end: number): number {
  let last = end;
  while (last > start && bytes[last - 1] === carriageReturn) last--;
  return last;
}
