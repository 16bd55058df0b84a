import type { ColumnValues } from '@meshdeck/shared';
import type { Tensor } from 'onnxruntime-node';
import type { CsvBlock } from '../../csv/csv-block.js';
import type { NumberForm } from '../../csv/number-form.js';
import { createElements, firstElements, type ModelInput } from '@meshdeck/shared/onnx';
import { noticedAbout, type FedColumn } from './fed-column.js';
import { createRowFiller, type RowFiller } from './fill-rows.js';
import { inputTensor } from './rows/input-tensor.js';

interface FillRequest {
  block: CsvBlock;
  firstRow: number;
  rows: number;
}

/** Makes one input's tensor from rows of the table. */
export interface InputFiller {
  /** @throws MeshdeckError csv-value-invalid or csv-ambiguous with line and column name. */
  fill(request: FillRequest): Tensor;
  /** What was noticed so far about the columns' cells; columns with nothing to say are left out. */
  noticed(): ColumnValues[];
}

/**
 * Missing values become NaN in float inputs; whole numbers and truth values have nothing to stand for them, so there
 * they are refused. Texts go to the model as they are written, blanks and all.
 *
 * `maxRows` is the largest batch; where the model insists on a number of rows, the last row is repeated up to it.
 */
export function createInputFiller({
  input,
  columns,
  form,
  maxRows,
}: {
  input: ModelInput;
  columns: readonly FedColumn[];
  form: NumberForm;
  maxRows: number;
}): InputFiller {
  const { type } = input;
  const width = columns.length;
  const most = Math.max(maxRows, input.batchRows ?? 0);
  let room = 0;
  let elements = createElements(type, 0);
  let fillRows: RowFiller = createRowFiller(type, elements, columns, form);

  /** As much as a small table needs, and at once the most for one that needs more. */
  function makeRoom(rows: number): void {
    if (rows <= room) return;
    room = room === 0 ? rows : most;
    elements = createElements(type, room * width);
    fillRows = createRowFiller(type, elements, columns, form);
  }

  return {
    fill({ block, firstRow, rows }) {
      const tensorRows = input.batchRows ?? rows;
      makeRoom(Math.max(rows, tensorRows));
      fillRows(block, firstRow, rows);
      for (let at = rows * width; at < tensorRows * width; at++) elements[at] = elements[at - width] as never;
      return inputTensor(input, firstElements(elements, tensorRows * width), tensorRows, width);
    },
    noticed: () => columns.flatMap((column) => noticedAbout(column, input.name) ?? []),
  };
}
