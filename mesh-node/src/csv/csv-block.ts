/**
 * Some complete records of a table, as byte ranges instead of strings: most cells are numbers that are read once
 * from their bytes, and most rows are copied to the result as they stand.
 *
 * A block and its arrays are reused by the reader: it is valid until the next one is asked for.
 */
export interface CsvBlock {
  rows: number;
  columns: number;
  /** Cell text in UTF-8, unquoted; `starts` and `ends` (row-major, `rows * columns`) index into it. */
  cells: Buffer;
  starts: Uint32Array;
  ends: Uint32Array;
  /** The records as the file has them, in UTF-8; `rowStarts` and `rowEnds` leave out the line ending. */
  raw: Buffer;
  rowStarts: Uint32Array;
  rowEnds: Uint32Array;
  /** The line of the file (from 1) on which each record begins. */
  lines: Uint32Array;
  /** Rows of nothing but delimiters: no rows for a model, but lines of the result. */
  empty: EmptyRows;
  /** Lines that are the header again. */
  repeatedHeaders: number;
}

/** For each empty row how many rows of its block stand before it, and where `raw` has it. */
export interface EmptyRows {
  before: number[];
  starts: number[];
  ends: number[];
}

export function createCsvBlock(columns: number): CsvBlock {
  const none = Buffer.alloc(0);
  return {
    rows: 0,
    columns,
    cells: none,
    starts: new Uint32Array(0),
    ends: new Uint32Array(0),
    raw: none,
    rowStarts: new Uint32Array(0),
    rowEnds: new Uint32Array(0),
    lines: new Uint32Array(0),
    empty: { before: [], starts: [], ends: [] },
    repeatedHeaders: 0,
  };
}

/** Makes room for `rows` records, keeping what the arrays hold. */
export function growCsvBlock(block: CsvBlock, rows: number): void {
  if (block.rowStarts.length >= rows) return;
  const room = Math.max(16, rows, block.rowStarts.length * 2);
  block.starts = grown(block.starts, room * block.columns);
  block.ends = grown(block.ends, room * block.columns);
  block.rowStarts = grown(block.rowStarts, room);
  block.rowEnds = grown(block.rowEnds, room);
  block.lines = grown(block.lines, room);
}

/** The text of one cell. */
export function cellText(block: CsvBlock, row: number, column: number): string {
  const cell = row * block.columns + column;
  return block.cells.toString('utf8', block.starts[cell], block.ends[cell]);
}

function grown(array: Uint32Array, length: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(length);
  larger.set(array);
  return larger;
}
