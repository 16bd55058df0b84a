const newline = 0x0a;
const quote = 0x22;

/** Where the first record ends (behind its newline), or -1. A newline inside quotes ends none [RFC 4180 §2.6]. */
export function firstRecordEnd(bytes: Buffer): number {
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
export function lastRecordEnd(bytes: Buffer): number {
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
