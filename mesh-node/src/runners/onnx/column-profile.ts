import { cellEvidence, evidence, numberEvidence } from '@meshdeck/shared/csv';
import { cellText, type CsvBlock } from '../../csv/csv-block.js';

/**
 * What a column holds: `quantity` is numbers with units or limits, `empty` has no value at all. A column of numbers with a
 * text among them is one of numbers: the text is refused where it stands.
 */
export type ColumnKind = 'number' | 'truth' | 'quantity' | 'date' | 'text' | 'empty';

/** What a column's cells show, by the first rows or by the whole table. */
export interface ColumnProfile {
  kind: ColumnKind;
  /** Evidence of all cells, joined. */
  bits: number;
  /** The first cell that is of the column's kind, for messages. */
  example: string;
}

/** Rows looked at where nobody has looked at the whole table. */
const sampleRows = 1000;
/** So many texts for each number make a column of texts: titles, and "1917" among them. */
const rareNumbers = 8;
/** Cells looked at: a table of thousands of columns is told by fewer rows. */
const sampleCells = 20_000;

/** The columns of a table by its first rows; `whole` is what the cells of all rows show, where somebody has looked. */
export function profileColumns(block: CsvBlock, whole: readonly number[] | undefined): ColumnProfile[] {
  const rows = rowsLookedAt(block);
  return Array.from({ length: block.columns }, (_, column) => {
    let bits = whole?.[column] ?? 0;
    let numbers = 0;
    let texts = 0;
    for (let row = 0; row < rows; row++) {
      const cell = row * block.columns + column;
      const shows = cellEvidence(block.cells, block.starts[cell] as number, block.ends[cell] as number);
      bits |= shows;
      if (shows & numberEvidence) numbers++;
      else if (shows & (evidence.text | evidence.date)) texts++;
    }
    const seen = texts > numbers * rareNumbers ? bits & ~numberEvidence : bits;
    return { kind: kindOf(seen), bits, example: exampleOf(block, rows, column) };
  });
}

export function rowsLookedAt(block: CsvBlock): number {
  return Math.min(block.rows, sampleRows, Math.max(50, Math.floor(sampleCells / block.columns)));
}

/** The first cell of the rows looked at whose evidence has one of `bits`. */
export function findCell(
  block: CsvBlock,
  column: number,
  bits: number,
): { row: number; text: string } | undefined {
  const rows = rowsLookedAt(block);
  for (let row = 0; row < rows; row++) {
    const cell = row * block.columns + column;
    const shows = cellEvidence(block.cells, block.starts[cell] as number, block.ends[cell] as number);
    if (shows & bits) return { row, text: cellText(block, row, column) };
  }
  return undefined;
}

function exampleOf(block: CsvBlock, rows: number, column: number): string {
  for (let row = 0; row < rows; row++) {
    const text = cellText(block, row, column);
    if (text.trim() !== '') return text;
  }
  return '';
}

const truths = evidence.truthWord | evidence.trueLetter | evidence.falseLetter;

function kindOf(bits: number): ColumnKind {
  if (bits & evidence.otherNumber) return 'number';
  if (bits & evidence.text) return bits & numberEvidence ? 'number' : 'text';
  if (bits & truths) return 'truth';
  if (bits & numberEvidence) return 'number';
  if (bits & evidence.quantity) return 'quantity';
  return bits & evidence.date ? 'date' : 'empty';
}

/**
 * Whether a column's truth words may stand for 1 and 0 in a number input: none of its numbers is another. Letters do
 * only where both of a pair occur: a column of nothing but `F` may be anything.
 */
export function standsForTruth({ bits }: ColumnProfile): boolean {
  if (bits & (evidence.otherNumber | evidence.text | evidence.date | evidence.quantity)) return false;
  const letters = evidence.trueLetter | evidence.falseLetter;
  return (bits & evidence.truthWord) !== 0 || (bits & letters) === letters;
}
