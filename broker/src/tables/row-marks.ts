/** A place between two records: `row` records lie before it, behind the header. */
export interface RowMark {
  row: number;
  /** Byte of the file. */
  offset: number;
  /** Lines of the file before it. */
  lines: number;
}

/** Where every so many rows of a table begin, so that any row is found by reading a little. */
export interface RowMarks {
  /** The next row to be marked. */
  next(): number;
  add(mark: RowMark): void;
  /** The last mark at or before a row. */
  before(row: number): RowMark;
}

const firstStride = 512;
/** Some 200 kB; beyond it every second mark is dropped. */
const mostMarks = 8192;

/** `first` is where the rows begin, `stride` the rows between marks at first: it doubles as the table grows. */
export function createRowMarks(first: RowMark, stride = firstStride, most = mostMarks): RowMarks {
  let marks = [first];
  let every = stride;
  return {
    next: () => marks.length * every,
    add(mark) {
      marks.push(mark);
      if (marks.length < most) return;
      marks = marks.filter((_, index) => index % 2 === 0);
      every *= 2;
    },
    before: (row) => marks[Math.min(Math.floor(row / every), marks.length - 1)] ?? first,
  };
}
