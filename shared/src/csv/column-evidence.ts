import { cellEvidence, evidence } from './cell-evidence.js';
import { unwrapNumber } from './written-number.js';

/** Cells after which a column of words is known for one, and not looked at any more. */
const enoughCells = 1000;

/** What each column's cells show about how its numbers are written, joined over the rows of a whole table. */
export interface ColumnEvidence {
  /** Takes in the cell in `bytes[start, end)`, UTF-8 or, where all that matters is ASCII, what is a superset of it. */
  see(column: number, bytes: Uint8Array, start: number, end: number): void;
  /** A mask of `evidence` for each column. */
  masks(): number[];
}

export function createColumnEvidence(columns: number): ColumnEvidence {
  const masks = new Int32Array(columns);
  const seen = new Uint16Array(columns);
  const words = new Uint16Array(columns);
  /** The first currency of each column that has one. */
  const currencies = new Map<number, string>();

  function currencyEvidence(column: number, cell: Uint8Array): number {
    const currency = unwrapNumber(new TextDecoder().decode(cell))?.currency ?? '';
    const first = currencies.get(column) ?? currency;
    currencies.set(column, first);
    return first === currency ? 0 : evidence.currencies;
  }

  return {
    see(column, bytes, start, end) {
      if ((words[column] as number) * 2 > enoughCells) return;
      let mask = cellEvidence(bytes, start, end);
      if ((mask & evidence.currency) !== 0) mask |= currencyEvidence(column, bytes.subarray(start, end));
      masks[column] = (masks[column] as number) | mask;
      if ((seen[column] as number) >= enoughCells) return;
      seen[column] = (seen[column] as number) + 1;
      if ((mask & evidence.text) !== 0) words[column] = (words[column] as number) + 1;
    },
    masks: () => Array.from(masks),
  };
}
