import { MeshdeckError } from '@meshdeck/shared';
import type { Tensor } from 'onnxruntime-node';
import { cellText, type CsvBlock } from '../../csv/csv-block.js';
import { cellInvalid, cellMissing, isMissing, parseNumber, readNumber } from '../../csv/parse-number.js';
import {
  createElements,
  firstElements,
  integerRange,
  type ElementArray,
  type ElementType,
} from './element-types.js';
import { inputTensor } from './graph/rows/input-tensor.js';
import type { ModelInput } from './model-input.js';

interface FillRequest {
  block: CsvBlock;
  firstRow: number;
  rows: number;
}

/** Makes one input's tensor from rows of the table. */
export interface InputFiller {
  /** @throws MeshdeckError csv-value-invalid with line and column name. */
  fill(request: FillRequest): Tensor;
}

/**
 * Missing values become NaN in float inputs and the empty string in text inputs; whole numbers and truth values have
 * nothing to stand for them, so there they are refused.
 *
 * `maxRows` is the largest batch; where the model insists on a number of rows, the last row is repeated up to it.
 */
export function createInputFiller({
  input,
  columns,
  header,
  decimalComma,
  maxRows,
}: {
  input: ModelInput;
  columns: readonly number[];
  header: readonly string[];
  decimalComma: boolean;
  maxRows: number;
}): InputFiller {
  const width = columns.length;
  const { type } = input;
  const most = Math.max(maxRows, input.batchRows ?? 0);
  let room = 0;
  let elements = createElements(type, 0);
  const refuse = (block: CsvBlock, row: number, column: number, wants: string): never => {
    throw invalidValue(block.lines[row] ?? 0, header[column] ?? '', cellText(block, row, column), wants);
  };

  let fillCell = createCellFiller(type, elements, decimalComma, refuse);

  /** As much as a small table needs, and at once the most for one that needs more. */
  function makeRoom(rows: number): void {
    if (rows <= room) return;
    room = room === 0 ? rows : most;
    elements = createElements(type, room * width);
    fillCell = createCellFiller(type, elements, decimalComma, refuse);
  }

  return {
    fill({ block, firstRow, rows }) {
      makeRoom(Math.max(rows, input.batchRows ?? 0));
      let at = 0;
      for (let row = firstRow; row < firstRow + rows; row++) {
        for (let feature = 0; feature < width; feature++) {
          fillCell(block, row, columns[feature] as number, at++);
        }
      }
      const tensorRows = input.batchRows ?? rows;
      for (; at < tensorRows * width; at++) elements[at] = elements[at - width] as never;
      return inputTensor(input, firstElements(elements, at), tensorRows, width);
    },
  };
}

type CellFiller = (block: CsvBlock, row: number, column: number, at: number) => void;
type Refuse = (block: CsvBlock, row: number, column: number, wants: string) => never;

function createCellFiller(
  type: ElementType,
  elements: ElementArray,
  decimalComma: boolean,
  refuse: Refuse,
): CellFiller {
  if (elements instanceof Float32Array || elements instanceof Float64Array) {
    return (block, row, column, at) => {
      const cell = row * block.columns + column;
      const start = block.starts[cell] as number;
      const kind = readNumber(block.cells, start, block.ends[cell] as number, decimalComma, elements, at);
      if (kind === cellMissing) elements[at] = Number.NaN;
      else if (kind === cellInvalid) refuse(block, row, column, 'a number');
    };
  }
  if (Array.isArray(elements)) {
    return (block, row, column, at) => {
      const text = cellText(block, row, column);
      elements[at] = isMissing(text) ? '' : text;
    };
  }
  if (type === 'bool') {
    return (block, row, column, at) => {
      const truth = truths.get(cellText(block, row, column).trim().toLowerCase());
      elements[at] = (truth ?? refuse(block, row, column, 'true or false')) as never;
    };
  }
  const [smallest, largest] = integerRange(type);
  const wants = `a whole number from ${smallest} to ${largest}`;
  const big = elements instanceof BigInt64Array || elements instanceof BigUint64Array;
  return (block, row, column, at) => {
    const value = parseInteger(cellText(block, row, column), decimalComma);
    if (value === undefined || value < smallest || value > largest) return refuse(block, row, column, wants);
    elements[at] = (big ? value : Number(value)) as never;
  };
}

const truths = new Map([
  ...['true', '1', '1.0', 'yes', 't'].map((text) => [text, 1] as const),
  ...['false', '0', '0.0', 'no', 'f'].map((text) => [text, 0] as const),
]);

/** A whole number, also as `3.0` or `2e3`; undefined for anything else. */
function parseInteger(text: string, decimalComma: boolean): bigint | undefined {
  const trimmed = text.trim();
  if (/^[+-]?\d+$/.test(trimmed)) return BigInt(trimmed.replace(/^\+/, ''));
  const value = parseNumber(trimmed, decimalComma);
  return value !== undefined && Number.isSafeInteger(value) ? BigInt(value) : undefined;
}

function invalidValue(line: number, column: string, value: string, wants: string): MeshdeckError {
  const name = `column "${column.slice(0, 60)}"`;
  if (isMissing(value)) {
    return new MeshdeckError(
      'csv-value-invalid',
      `Line ${line}, ${name} has no value, and this model needs ${wants} there. Fill it in or leave the row out.`,
    );
  }
  const shown = value.length > 40 ? `${value.slice(0, 40)}...` : value;
  return new MeshdeckError(
    'csv-value-invalid',
    `Line ${line}, ${name} says ${JSON.stringify(shown)} where the model needs ${wants}.`,
  );
}
