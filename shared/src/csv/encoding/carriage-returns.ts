const newline = 0x0a;
const carriageReturn = 0x0d;
const quote = 0x22;
const blank = 0x20;

/**
 * Puts line feeds in the place of carriage returns that end lines, piece by piece, for tables of old Macs, which end
 * lines with nothing else. Inside quotes they stay what they are. Changes the bytes where they stand.
 */
export function createCarriageReturnEnds(delimiter: number): (bytes: Uint8Array) => void {
  let quoted = false;
  /** Only blanks since the field began. */
  let fieldStart = true;
  /** The last byte closed a quote: another one right behind it is part of the value. */
  let closed = false;
  return (bytes) => {
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at] as number;
      if (quoted) {
        if (byte === quote) {
          quoted = false;
          closed = true;
        }
        continue;
      }
      if (byte === quote && (fieldStart || closed)) {
        quoted = true;
        fieldStart = false;
      } else if (byte === carriageReturn || byte === newline) {
        bytes[at] = newline;
        fieldStart = true;
      } else if (byte === delimiter) fieldStart = true;
      else if (byte !== blank) fieldStart = false;
      closed = false;
    }
  };
}

/**
 * Whether nothing but carriage returns ends the lines of a table, as on old Macs; line feeds may stand inside quotes, as
 * Excel writes line breaks in a cell there.
 */
export function endsInCarriageReturns(head: Uint8Array): boolean {
  if (!head.includes(carriageReturn)) return false;
  if (!head.includes(newline)) return true;
  let quoted = false;
  let returns = 0;
  for (const byte of head) {
    if (byte === quote) quoted = !quoted;
    else if (byte === newline && !quoted) return false;
    else if (byte === carriageReturn && !quoted) returns++;
  }
  return returns > 0;
}
