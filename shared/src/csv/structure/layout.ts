import type { MeshdeckError } from '../../errors.js';
import type { SkippedLines } from '../../models/reading.js';
import type { TextRecord } from '../read-fields.js';

/** Where in a table's first lines its parts stand. */
export interface Layout {
  /** Null where the table has no line of names. */
  header: TextRecord | null;
  /** A line with names of groups of columns above the header, needed to tell its names apart. */
  groups: TextRecord | null;
  /** Undefined where there is none. */
  firstRow: TextRecord | undefined;
  fields: number;
  /** Empty fields behind the last column of every row. */
  trailing: number;
  rowLabels: boolean;
  /** Records above the first row that are neither header nor row. */
  others: { record: TextRecord; what: SkippedLines['what'] }[];
  /** Rows, as far as they were looked at. */
  rows: readonly TextRecord[];
}

/**
 * What was made of a table's first lines: a layout; a refusal where they can be read in two ways; or nothing, where they
 * are no table whose rows agree, which is told by the first row that does not.
 */
export type Finding = { layout: Layout } | { refusal: MeshdeckError } | null;
