import { cellPlain, cellQuoted, cellTangled, type CellBatch } from './cell-batch.js';

const newline = 0x0a;
const carriageReturn = 0x0d;
const quote = 0x22;
const blank = 0x20;
const tab = 0x09;

/** Where splitting stopped. */
export interface SplitEnd {
  /** Behind the last row that was taken. */
  at: number;
  /** The line on which the next row begins. */
  line: number;
  /** The quote of the row that did not end was never closed in these bytes. */
  isQuoteOpen: boolean;
}

/**
 * Splits rows where they stand into `batch`, up to its size. A field is quoted where a quote is its first sign, blanks left
 * out; any other quote is text, as spreadsheets and Python's csv module take it. Empty lines are no rows. A last row without
 * a line ending is taken `atEnd` only.
 */
export function splitCells(
  bytes: Buffer,
  from: { at: number; line: number; offset: number },
  delimiter: number,
  atEnd: boolean,
  batch: CellBatch,
): SplitEnd {
  const { columns, starts, ends, quoting } = batch;
  const { length } = bytes;
  const most = batch.offsets.length;
  let { at, line } = from;
  let row = 0;
  batch.bytes = bytes;
  rows: while (row < most && at < length) {
    const rowStart = at;
    const rowLine = line;
    const firstCell = row * columns;
    let field = 0;
    let rowEnd = at;
    for (;;) {
      let start = at;
      let end = at;
      let how = cellPlain;
      let isBroken = false;
      let first = bytes[at] as number;
      if ((first === blank || first === tab || first === quote) && first !== delimiter) {
        let open = at;
        while (open < length && (first === blank || first === tab) && first !== delimiter)
          first = bytes[++open] as number;
        if (first === quote) {
          start = open + 1;
          how = cellQuoted;
          at = start;
          for (; ; at++) {
            // At the end of the file it was never closed; whoever reads this says so.
            if (at >= length) return stop(batch, row, rowStart, rowLine, true);
            const byte = bytes[at] as number;
            if (byte === newline) line++;
            else if (byte === quote) {
              if (bytes[at + 1] !== quote) break;
              how = cellTangled;
              at++;
            }
          }
          end = at++;
          rowEnd = at;
          while (at < length && (bytes[at] === blank || bytes[at] === tab) && bytes[at] !== delimiter) at++;
          while (at < length && bytes[at] === carriageReturn) at++;
          isBroken = at < length && bytes[at] !== newline && bytes[at] !== delimiter;
        }
      }
      while (at < length && bytes[at] !== delimiter && bytes[at] !== newline) at++;
      if (at >= length && !atEnd) return stop(batch, row, rowStart, rowLine, false);
      const isLast = at >= length || bytes[at] === newline;
      if (how === cellPlain || isBroken) {
        end = at;
        if (isLast) while (end > start && bytes[end - 1] === carriageReturn) end--;
        rowEnd = end;
      }
      if (isBroken || how === cellTangled) {
        how = cellTangled;
        start--;
        if (!isBroken) end = rowEnd;
      }
      if (field < columns) {
        starts[firstCell + field] = start;
        ends[firstCell + field] = end;
        quoting[firstCell + field] = how;
      }
      field++;
      at++;
      if (isLast) break;
    }
    line++;
    const isEmptyLine = field === 1 && rowEnd === rowStart;
    if (isEmptyLine) continue rows;
    for (let missing = field; missing < columns; missing++) {
      starts[firstCell + missing] = rowEnd;
      ends[firstCell + missing] = rowEnd;
      quoting[firstCell + missing] = cellPlain;
    }
    batch.offsets[row] = from.offset + rowStart;
    batch.lengths[row] = rowEnd - rowStart;
    batch.lines[row] = rowLine;
    batch.widths[row] = field;
    row++;
  }
  batch.rows = row;
  return { at: Math.min(at, length), line, isQuoteOpen: false };
}

function stop(batch: CellBatch, rows: number, at: number, line: number, isQuoteOpen: boolean): SplitEnd {
  batch.rows = rows;
  return { at, line, isQuoteOpen };
}
