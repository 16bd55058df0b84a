import { cellKind, type CellKind } from './cell-kinds.js';
import type { TextRecord } from '../read-fields.js';
import { filledFields } from './record-widths.js';

/** Cells that are looked at; of wide tables fewer rows. */
const mostCells = 1000;
const rowBounds = { low: 6, high: 40 };

/** What the columns of a table hold, told by its later rows, among which there is no line of names or units. */
export interface BodyKinds {
  /** For each column the kind of nearly all its values; `text` where there is none, null for no values. */
  kinds: (CellKind | null)[];
  /** The columns with a kind that names do not have. */
  typed: number[];
  /** Those of them in which several values show it. */
  sure: number[];
  rows: readonly TextRecord[];
}

/** By the later half of `rows`, since names or units may be among the first ones. */
export function bodyKinds(rows: readonly TextRecord[], width: number): BodyKinds {
  // Titles and notes that were filled up with delimiters.
  const filled = width > 2 ? rows.filter((row) => filledFields(row) > 1) : rows;
  return kindsOf(filled.slice(Math.floor(filled.length / 2)), width);
}

/** By `rows`, all of which are rows; of many by the first ones. */
export function kindsOf(rows: readonly TextRecord[], width: number): BodyKinds {
  const most = Math.min(rowBounds.high, Math.max(rowBounds.low, Math.floor(mostCells / width)));
  const some = rows.slice(0, most);
  const kinds = Array.from({ length: width }, (_, column) => kindOf(some, column));
  const typed = kinds.flatMap((kind, column) => (kind === null || kind === 'text' ? [] : [column]));
  const sure = typed.filter((column) => valuesOf(some, column) > 1);
  return { kinds, typed, sure, rows: some };
}

function valuesOf(rows: readonly TextRecord[], column: number): number {
  return rows.filter(({ fields }) => cellKind(fields[column] ?? '') !== 'missing').length;
}

/**
 * A column's kind where four of five values have it, of a few two of three: gaps that are written as words leave a column
 * of numbers one.
 */
function kindOf(rows: readonly TextRecord[], column: number): CellKind | null {
  const counts = new Map<CellKind, number>();
  let all = 0;
  for (const { fields } of rows) {
    const kind = cellKind(fields[column] ?? '');
    if (kind === 'missing') continue;
    all++;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  if (all === 0) return null;
  const most = Math.max(...counts.values());
  const isUsual = most >= all * 0.8 || (all < 5 && most > 1 && most * 3 >= all * 2);
  const usual = [...counts].find(([, count]) => count === most)?.[0];
  if (isUsual && usual !== undefined) return usual;
  // Some with their unit and some without.
  const measured = (counts.get('number') ?? 0) + (counts.get('quantity') ?? 0);
  return measured >= all * 0.8 ? 'quantity' : 'text';
}

/** How a record's cells stand to the columns below them. */
export interface Contrast {
  /** Cells of another kind than their typed column: what names are. */
  unlike: number;
  /** Cells of the same kind: what values are. */
  alike: number;
}

export function contrastOf({ fields }: TextRecord, { kinds, typed }: BodyKinds): Contrast {
  let unlike = 0;
  let alike = 0;
  for (const column of typed) {
    const cell = fields[column] ?? '';
    const kind = cellKind(cell);
    if (kind === 'missing') continue;
    if (kind === kinds[column] || (kind === 'number' && kinds[column] === 'quantity')) alike++;
    else if (kind !== 'text' || /\p{L}/u.test(cell)) unlike++;
  }
  return { unlike, alike };
}
