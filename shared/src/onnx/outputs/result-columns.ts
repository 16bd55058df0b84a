/** Where a column of the result comes from; `output` is an index into the outputs that are read. */
export type ColumnSource =
  | { kind: 'value'; output: number; index: number }
  /** The class with the largest value. */
  | { kind: 'best'; output: number; classes: string[] }
  /** One of two classes, by whether a probability reaches one half. */
  | { kind: 'half'; output: number; classes: string[] }
  /** One minus a value. */
  | { kind: 'complement'; output: number }
  /** A value after softmax over the output's row. */
  | { kind: 'softmax'; output: number; index: number };

export interface ResultColumn {
  name: string;
  source: ColumnSource;
  /** Outputs holding a row's probabilities: where one of them is no number, the cell is left empty. */
  needs?: readonly number[];
}

/** What became of one output. */
export interface DescribedOutput {
  /** Its index. */
  output: number;
  columns: ResultColumn[];
  /** One sentence for people. */
  how: string;
}

/** The most columns that are added to a table. */
export const maxColumns = 1024;

export function valueColumn(name: string, output: number, index: number): ResultColumn {
  return { name, source: { kind: 'value', output, index } };
}

/** The values of an output as they are: `NAME`, or `NAME_0`, `NAME_1`... */
export function valueColumns(name: string, output: number, width: number): ResultColumn[] {
  if (width === 1) return [valueColumn(name, output, 0)];
  return numbered(Math.min(width, maxColumns + 1)).map((number, index) =>
    valueColumn(`${name}_${number}`, output, index),
  );
}

/** Columns that say nothing about a row whose probabilities are no numbers. */
export function together(columns: readonly ResultColumn[], needs: readonly number[]): ResultColumn[] {
  return columns.map((column) => ({ ...column, needs }));
}

/** `0`, `1`, `2`... */
export function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(index));
}
