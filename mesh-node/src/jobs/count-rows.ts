/** Counts the records of a CSV as its bytes go by, the header left out [RFC 4180]: a line break inside quotes is none. */
export interface RowCounter {
  push: (chunk: Uint8Array) => void;
  rows: () => number;
}

const quote = 0x22;
const newline = 0x0a;
const carriageReturn = 0x0d;

export function createRowCounter(): RowCounter {
  let quoted = false;
  let lineHasText = false;
  let records = 0;
  return {
    push(chunk) {
      for (const byte of chunk) {
        if (byte === quote) quoted = !quoted;
        if (byte === newline && !quoted) {
          if (lineHasText) records += 1;
          lineHasText = false;
        } else if (byte !== carriageReturn) {
          lineHasText = true;
        }
      }
    },
    rows: () => Math.max(0, records + (lineHasText ? 1 : 0) - 1),
  };
}
