import type { CellBatch } from '../reading/cell-batch.js';
import type { RowMark } from '../reading/read-cells.js';

const rowsApart = 4096;

/** Places in a file where rows begin, every few thousand rows, so that a page far down is found without all rows before it. */
export interface RowMarks {
  /** The last known place at or before row `row` (from 1). */
  before(row: number): RowMark;
  /** Takes note of a batch whose first row is `firstRow`. */
  note(batch: CellBatch, firstRow: number): void;
  /** How many rows the file has, once somebody has read to its end. */
  total: number | null;
}

export function createRowMarks(first: RowMark): RowMarks {
  const marks: RowMark[] = [first];
  return {
    total: null,
    before(row) {
      let [low, high] = [0, marks.length - 1];
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if ((marks[middle]?.row ?? 0) <= row) low = middle;
        else high = middle - 1;
      }
      return marks[low] ?? first;
    },
    note(batch, firstRow) {
      const last = marks.at(-1) ?? first;
      const next = last.row + rowsApart;
      if (firstRow + batch.rows <= next) return;
      const at = Math.max(0, next - firstRow);
      marks.push({
        row: firstRow + at,
        offset: batch.offsets[at] as number,
        line: batch.lines[at] as number,
      });
    },
  };
}
