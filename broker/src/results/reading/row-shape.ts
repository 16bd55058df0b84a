import type { CellBatch } from './cell-batch.js';

/** Counts rows, and those that have fewer or more cells than the header has names. */
export function createRowShape() {
  let rows = 0;
  const short = { rows: 0, line: 0 };
  const long = { rows: 0, line: 0 };
  return {
    take({ rows: taken, widths, lines, columns }: CellBatch): void {
      rows += taken;
      for (let row = 0; row < taken; row++) {
        const width = widths[row] as number;
        if (width === columns) continue;
        const kind = width < columns ? short : long;
        if (kind.rows++ === 0) kind.line = lines[row] as number;
      }
    },
    rows: () => rows,
    /** Sentences about what does not fit. */
    notes(): string[] {
      const say = ({ rows: count, line }: typeof short, what: string, so: string) =>
        count === 0
          ? []
          : [
              `${count === 1 ? 'One row has' : `${count} rows have`} ${what} cells than there are column names, the first on line ${line}: ${so}.`,
            ];
      return [
        ...say(short, 'fewer', 'the missing ones count as empty'),
        ...say(long, 'more', 'what is beyond the last name is left out'),
      ];
    },
  };
}
