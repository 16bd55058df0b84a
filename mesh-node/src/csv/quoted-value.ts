const newline = 0x0a;
const carriageReturn = 0x0d;
const quote = 0x22;
const blank = 0x20;
const tab = 0x09;

/** Where a quoted value stands. One object is filled again and again, so that reading allocates nothing. */
export interface QuotedValue {
  /** The text between the quotes; `doubled` quotes in it stand for one each. */
  start: number;
  end: number;
  doubled: boolean;
  /** Behind the closing quote, and behind the blanks after it: a delimiter, a line end or the end of the bytes. */
  close: number;
  next: number;
  /** Line feeds inside. */
  lines: number;
  state: 'closed' | 'open' | 'malformed';
}

export const createQuotedValue = (): QuotedValue => ({
  start: 0,
  end: 0,
  doubled: false,
  close: 0,
  next: 0,
  lines: 0,
  state: 'open',
});

/** Reads the value whose quote opens at `at` into `value`. */
export function readQuotedValue(bytes: Uint8Array, at: number, delimiter: number, value: QuotedValue): void {
  const { length } = bytes;
  value.start = at + 1;
  value.doubled = false;
  value.lines = 0;
  value.state = 'open';
  let end = at + 1;
  for (;;) {
    for (; end < length && bytes[end] !== quote; end++) if (bytes[end] === newline) value.lines++;
    if (end >= length) return;
    if (bytes[end + 1] !== quote) break;
    value.doubled = true;
    end += 2;
  }
  value.end = end;
  value.close = end + 1;
  let next = end + 1;
  while (next < length && isBlank(bytes[next], delimiter)) next++;
  value.next = next;
  if (next < length && bytes[next] !== delimiter && bytes[next] !== newline) {
    let behind = next;
    while (behind < length && bytes[behind] === carriageReturn) behind++;
    if (behind < length && bytes[behind] !== newline) {
      value.state = 'malformed';
      return;
    }
    value.next = behind;
  }
  value.state = 'closed';
}

const isBlank = (byte: number | undefined, delimiter: number) =>
  (byte === blank || byte === tab) && byte !== delimiter;

/** Where a quote opens behind blanks from `at` on; -1 where something else stands there. */
export function quoteBehindBlanks(bytes: Uint8Array, at: number, delimiter: number): number {
  let first = at;
  while (isBlank(bytes[first], delimiter)) first++;
  return bytes[first] === quote ? first : -1;
}

/** Puts one quote in the place of two in `bytes[start, end)`. Returns where the text ends then. */
export function undoubleQuotes(bytes: Buffer, start: number, end: number): number {
  let to = bytes.indexOf(quote, start);
  for (let from = to; from < end; from++) {
    if (bytes[from] === quote) from++;
    bytes[to++] = bytes[from] as number;
  }
  return to;
}
