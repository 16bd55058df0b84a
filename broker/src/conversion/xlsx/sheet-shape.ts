import { refused, shown } from '../refusal.js';
import { columnLetters, type Range, type SheetRow } from './sheet-cells.js';

/** Where things stand on a sheet, gathered from its cells in a first pass. */
export interface SheetShape {
  left: number;
  right: number;
  top: number;
  bottom: number;
  /** How many cells of a row hold something. */
  filled(row: number): number;
  /** The first row with two or more of them; 0: none. */
  firstWide: number;
  merges: Range[];
}

const mostMerges = 100_000;

export function createShapeCollector(sheet: string) {
  let counts = new Uint16Array(1024);
  const merges: Range[] = [];
  const shape = { left: Infinity, right: 0, top: 0, bottom: 0, firstWide: 0 };
  return {
    row({ number, cells }: SheetRow): void {
      const [first] = cells;
      const last = cells.at(-1);
      if (first === undefined || last === undefined) return;
      if (number >= counts.length) {
        const longer = new Uint16Array(Math.max(number + 1, counts.length * 2));
        longer.set(counts);
        counts = longer;
      }
      counts[number] = cells.length;
      shape.left = Math.min(shape.left, first.column);
      shape.right = Math.max(shape.right, last.column);
      if (shape.top === 0) shape.top = number;
      shape.bottom = number;
      if (shape.firstWide === 0 && cells.length > 1) shape.firstWide = number;
    },
    merged(range: Range): void {
      if (merges.length >= mostMerges)
        throw refused(`Sheet ${shown(sheet)} has more than ${mostMerges} merged ranges. Unmerge them.`);
      merges.push(range);
    },
    /** Null where no cell holds anything. */
    shape: (): SheetShape | null =>
      shape.bottom === 0 ? null : { ...shape, merges, filled: (row) => counts[row] ?? 0 },
  };
}

/**
 * Merged cells are one to the eye, and their value stands in the first alone. That is all there is to a title or a note,
 * which has a row to itself; anywhere else it is open which rows and columns the value belongs to.
 *
 * @throws MeshdeckError `csv-malformed`
 */
export function requireOnlyTitlesMerged({ merges, filled, firstWide }: SheetShape, sheet: string): string[] {
  const titles: string[] = [];
  for (const { top, left, bottom, right } of merges) {
    let most = 0;
    let sum = 0;
    for (let row = top; row <= bottom; row++) {
      most = Math.max(most, filled(row));
      sum += filled(row);
    }
    if (sum === 0) continue;
    const range = `${columnLetters(left)}${top}:${columnLetters(right)}${bottom}`;
    const isAbove = firstWide > 0 && bottom < firstWide;
    if (most > 1 || sum > 1 || (bottom > top && !isAbove)) {
      throw refused(
        `Cells ${range} of sheet ${shown(sheet)} are merged, so it is open which rows and columns their value belongs to. ` +
          'Unmerge them (Home > Merge & Center) and write the value into each cell that it is for.',
      );
    }
    titles.push(range);
  }
  return titles;
}
