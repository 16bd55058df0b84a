import { sortedRowsLimit } from '@meshdeck/shared';
import { cellText, type CellBatch } from '../reading/cell-batch.js';
import { cellNumber, isMissingWord } from '../reading/cell-number.js';
import { formBy, signEvidence, type NumberForm } from '../reading/number-form.js';
import type { ResultTable } from '../reading/open-result.js';
import { readCells } from '../reading/read-cells.js';
import type { RowPlace } from '../worth/smallest-rows.js';
import { createFirstRows } from './first-rows.js';

/** A column is sorted as numbers where at most so many of its values are something else. */
const strangersAllowed = 0.1;
const keyLength = 200;
const evidenceCells = 500;
const collator = new Intl.Collator('en', { numeric: true });

/** The first rows of a table in the order of one column. */
export interface RowOrder {
  by: 'numbers' | 'text';
  places: RowPlace[];
}

interface OrderRequest {
  column: number;
  descending: boolean;
  /** How many rows of the order are wanted. */
  most?: number;
}

/**
 * Reads a table once for numbers, and once more where the column holds text. Cells without a value come last in either direction,
 * and before them, in a column of numbers, what is none. Memory: twice the rows that are wanted.
 */
export async function orderRows(
  table: ResultTable,
  { column, descending, most = sortedRowsLimit }: OrderRequest,
  signal: AbortSignal,
): Promise<{ order: RowOrder; rows: number }> {
  const sign = descending ? -1 : 1;
  const byNumber = createFirstRows<number>((a, b) => sign * (a - b), most);
  const strangers: RowPlace[] = [];
  const empty: RowPlace[] = [];
  let [numbers, texts] = [0, 0];
  let form: NumberForm | undefined;
  const rows = await eachCell(table, column, signal, (batch, cell, place) => {
    form ??= formOf(batch, column);
    const number = cellNumber(batch.bytes, batch.starts[cell] as number, batch.ends[cell] as number, form);
    if (!Number.isNaN(number)) {
      numbers++;
      byNumber.offer(number, place);
      return;
    }
    const text = cellText(batch, cell).trim();
    if (text === '') {
      if (empty.length < most) empty.push(place());
      return;
    }
    if (!isMissingWord(text)) texts++;
    if (strangers.length < most) strangers.push(place());
  });
  if (numbers > 0 && texts <= strangersAllowed * (numbers + texts)) {
    const places = [...byNumber.places(), ...strangers, ...empty].slice(0, most);
    return { order: { by: 'numbers', places }, rows };
  }
  const byText = createFirstRows<string>((a, b) => sign * collator.compare(a, b), most);
  await eachCell(table, column, signal, (batch, cell, place) => {
    const text = cellText(batch, cell).trim();
    if (text !== '') byText.offer(text.slice(0, keyLength), place);
  });
  return { order: { by: 'text', places: [...byText.places(), ...empty].slice(0, most) }, rows };
}

/** Calls `take` for the column's cell in every row; returns how many there are. */
async function eachCell(
  table: ResultTable,
  column: number,
  signal: AbortSignal,
  take: (batch: CellBatch, cell: number, place: () => RowPlace) => void,
): Promise<number> {
  let before = 0;
  for await (const batch of readCells(table, { signal })) {
    for (let row = 0; row < batch.rows; row++) {
      take(batch, row * batch.columns + column, () => ({
        row: before + row + 1,
        line: batch.lines[row] as number,
        offset: batch.offsets[row] as number,
        length: batch.lengths[row] as number,
      }));
    }
    before += batch.rows;
  }
  return before;
}

function formOf(batch: CellBatch, column: number): NumberForm {
  const cells = Array.from({ length: Math.min(batch.rows, evidenceCells) }, (_, row) =>
    cellText(batch, row * batch.columns + column),
  );
  return formBy(signEvidence(cells));
}
