import { isUtf8 } from 'node:buffer';

/** How a cell stands in the bytes: as it is, inside quotes, or in quotes with doubled ones or more text behind them. */
export const cellPlain = 0;
export const cellQuoted = 1;
export const cellTangled = 2;

/** Some rows of a table, their cells as ranges of `bytes`. Valid until the next batch is asked for. */
export interface CellBatch {
  bytes: Buffer;
  rows: number;
  /** Cells in a row; a row that has fewer is filled up with empty ones, and what it has more is not here. */
  columns: number;
  /** At `row * columns + column`. */
  starts: Int32Array;
  ends: Int32Array;
  quoting: Uint8Array;
  /** Of each row: its place in the file, its bytes without the line ending, the line (from 1) on which it begins. */
  offsets: Float64Array;
  lengths: Int32Array;
  lines: Int32Array;
  /** Cells it has in the file. */
  widths: Int32Array;
}

/** Room for so many cells at a time: 1.2 MB. */
const cellsAtOnce = 128 * 1024;

export function createCellBatch(
  columns: number,
  rows = Math.max(1, Math.floor(cellsAtOnce / columns)),
): CellBatch {
  return {
    bytes: Buffer.alloc(0),
    rows: 0,
    columns,
    starts: new Int32Array(rows * columns),
    ends: new Int32Array(rows * columns),
    quoting: new Uint8Array(rows * columns),
    offsets: new Float64Array(rows),
    lengths: new Int32Array(rows),
    lines: new Int32Array(rows),
    widths: new Int32Array(rows),
  };
}

const windows1252 = new TextDecoder('windows-1252');

/** Text in UTF-8, or in Windows-1252 where the bytes are no UTF-8, as some scripts write it. */
export function decodeText(bytes: Buffer): string {
  return isUtf8(bytes) ? bytes.toString('utf8') : windows1252.decode(bytes);
}

/** The text of one cell. */
export function cellText(batch: CellBatch, cell: number): string {
  const start = batch.starts[cell] as number;
  const end = batch.ends[cell] as number;
  const { bytes } = batch;
  const quoting = batch.quoting[cell];
  if (quoting !== cellTangled) {
    for (let at = start; at < end; at++) {
      if ((bytes[at] as number) >= 0x80) return decodeText(bytes.subarray(start, end));
    }
    return bytes.toString('latin1', start, end);
  }
  return untangled(decodeText(bytes.subarray(start, end)));
}

/** `"a ""b"" c"` is `a "b" c`; what stands behind the closing quote is kept, as Python's csv module does. */
function untangled(text: string): string {
  const body = text.trimStart().slice(1);
  let value = '';
  for (let at = 0; at < body.length; at++) {
    if (body[at] !== '"') value += body[at];
    else if (body[at + 1] === '"') value += body[++at];
    else return value + body.slice(at + 1);
  }
  return value;
}
