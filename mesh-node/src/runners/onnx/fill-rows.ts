import { cellText, type CsvBlock } from '../../csv/csv-block.js';
import type { NumberForm } from '../../csv/number-form.js';
import { readNumber } from '../../csv/parse-number.js';
import { invalidCell, unknownValue } from './cell-refusal.js';
import { type ElementArray, type ElementType, integerRange } from '@meshdeck/shared/onnx';
import { placeOf, type FedColumn } from './fed-column.js';

/** Puts the columns of some rows into the elements it was made for, from their start on. */
export type RowFiller = (block: CsvBlock, firstRow: number, rows: number) => void;

/** A filler for the elements of one input. It throws MeshdeckError csv-value-invalid or csv-ambiguous. */
export function createRowFiller(
  type: ElementType,
  elements: ElementArray,
  columns: readonly FedColumn[],
  form: NumberForm,
): RowFiller {
  if (elements instanceof Float32Array || elements instanceof Float64Array) {
    return fillFloats(elements, columns, form);
  }
  if (Array.isArray(elements))
    return byCell(columns, (block, row, fed, at) => (elements[at] = textOf(block, row, fed)));
  if (type === 'bool')
    return byCell(columns, (block, row, fed, at) => (elements[at] = truthOf(block, row, fed) as never));
  const [smallest, largest] = integerRange(type);
  const big = elements instanceof BigInt64Array || elements instanceof BigUint64Array;
  return byCell(columns, (block, row, fed, at) => {
    const place = placeOf(block, row, fed);
    const value = fed.numbers.whole(place);
    if (value === undefined || value < smallest || value > largest) throw invalidCell(place, fed.wants);
    look(fed, String(value), block, row);
    elements[at] = (big ? value : Number(value)) as never;
  });
}

/** The way of most tables: plain numbers are read from their bytes, anything else is looked at more closely. */
function fillFloats(
  elements: Float32Array | Float64Array,
  columns: readonly FedColumn[],
  form: NumberForm,
): RowFiller {
  const width = columns.length;
  const places = Uint32Array.from(columns, ({ column }) => column);
  const plain = Uint8Array.from(columns, ({ numbers, watch }) =>
    numbers.plain && watch === undefined ? 1 : 0,
  );

  function fillOther(block: CsvBlock, row: number, fed: FedColumn, at: number): void {
    const value = fed.numbers.float(placeOf(block, row, fed));
    elements[at] = value ?? Number.NaN;
    if (value === undefined) fed.missing++;
    else look(fed, String(elements[at]), block, row);
  }

  return (block, firstRow, rows) => {
    const { cells, starts, ends } = block;
    let at = 0;
    for (let row = firstRow; row < firstRow + rows; row++) {
      const first = row * block.columns;
      for (let feature = 0; feature < width; feature++, at++) {
        const cell = first + (places[feature] as number);
        const start = starts[cell] as number;
        const end = ends[cell] as number;
        if (plain[feature] === 1 && readNumber(cells, start, end, form.decimalByte, elements, at)) continue;
        fillOther(block, row, columns[feature] as FedColumn, at);
      }
    }
  };
}

function byCell(
  columns: readonly FedColumn[],
  fillCell: (block: CsvBlock, row: number, fed: FedColumn, at: number) => void,
): RowFiller {
  return (block, firstRow, rows) => {
    let at = 0;
    for (let row = firstRow; row < firstRow + rows; row++) {
      for (const fed of columns) fillCell(block, row, fed, at++);
    }
  };
}

/** As it is written; only an empty cell is missing. */
function textOf(block: CsvBlock, row: number, fed: FedColumn): string {
  const text = cellText(block, row, fed.column);
  if (text !== '') {
    look(fed, text, block, row);
    return text;
  }
  fed.missing++;
  if (fed.watch?.failsOnOthers === true && !fed.watch.holds('')) throw unknownValue(placeOf(block, row, fed));
  return text;
}

function truthOf(block: CsvBlock, row: number, fed: FedColumn): 0 | 1 {
  const place = placeOf(block, row, fed);
  const value = fed.truths(place);
  if (value === 'missing' || value === 'none') throw invalidCell(place, fed.wants);
  return value;
}

/** Counts a value that the model has not learned. */
function look(fed: FedColumn, value: string, block: CsvBlock, row: number): void {
  if (fed.watch === undefined || fed.watch.look(value) || !fed.watch.failsOnOthers) return;
  throw unknownValue(placeOf(block, row, fed));
}
