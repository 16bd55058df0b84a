import { assertNever } from '@meshdeck/shared';
import type { CsvWriter } from '../../csv/write-csv.js';
import {
  bestOf,
  type ColumnSource,
  numberAt,
  type OutputValues,
  type ResultColumn,
} from '@meshdeck/shared/onnx';

type CellWriter = (row: number) => void;

/** For a batch's outputs, what writes row `row`'s result cells behind the input's. */
export function createResultWriter(
  columns: readonly ResultColumn[],
  outputs: readonly OutputValues[],
  writer: CsvWriter,
): CellWriter {
  const softmaxes = new Map<number, OutputValues>();
  const unsaid = new Map<number, Uint8Array>();
  const outputAt = (at: number): OutputValues => {
    const output = outputs[at];
    if (output === undefined) throw new Error('The model gave fewer outputs than before.');
    return output;
  };
  const rowsWithout = (at: number): Uint8Array => {
    const known = unsaid.get(at) ?? findRowsWithoutNumbers(outputAt(at));
    unsaid.set(at, known);
    return known;
  };
  const cells = columns.map(({ source, needs = [] }) => {
    const write = createCellWriter(source, outputAt(source.output), softmaxes, writer);
    const [first, ...more] = needs.map(rowsWithout);
    if (first === undefined) return write;
    return (row: number) => {
      if (first[row] === 1 || more.some((rows) => rows[row] === 1)) writer.plainField('');
      else write(row);
    };
  });
  return (row) => {
    for (const cell of cells) cell(row);
  };
}

/** For each row, 1 where its values are no likelihoods: one of them NaN, or the largest infinite (one of -inf may be). */
function findRowsWithoutNumbers(output: OutputValues): Uint8Array {
  const { width } = output;
  const rows = new Uint8Array(output.data.length / width);
  for (let row = 0; row < rows.length; row++) {
    let largest = -Infinity;
    for (let at = row * width; at < (row + 1) * width; at++)
      largest = Math.max(largest, numberAt(output, at));
    if (!Number.isFinite(largest)) rows[row] = 1;
  }
  return rows;
}

function createCellWriter(
  source: ColumnSource,
  output: OutputValues,
  softmaxes: Map<number, OutputValues>,
  writer: CsvWriter,
): CellWriter {
  const { width } = output;
  switch (source.kind) {
    case 'value':
      return createValueWriter(output, source.index, writer);
    case 'best':
      return (row) => writer.textField(source.classes[bestOf(output, row)] ?? '');
    case 'half':
      return (row) => writer.textField(source.classes[numberAt(output, row) >= 0.5 ? 1 : 0] ?? '');
    case 'complement':
      return (row) => writer.floatField(Math.fround(1 - numberAt(output, row * width)));
    case 'softmax': {
      let normalised = softmaxes.get(source.output);
      if (normalised === undefined) {
        normalised = softmax(output);
        softmaxes.set(source.output, normalised);
      }
      return createValueWriter(normalised, source.index, writer);
    }
    default:
      return assertNever(source);
  }
}

function createValueWriter(
  { data, width, type }: OutputValues,
  index: number,
  writer: CsvWriter,
): CellWriter {
  if (data instanceof Float32Array) {
    return (row) => writer.floatField(data[row * width + index] as number);
  }
  if (type === 'string') return (row) => writer.textField(String(data[row * width + index]));
  if (type === 'bool') {
    return (row) => writer.plainField(Number(data[row * width + index]) === 0 ? 'false' : 'true');
  }
  return (row) => writer.plainField(String(data[row * width + index]));
}

/** softmax(x)_i = exp(x_i - max x) / sum_j exp(x_j - max x), row by row [Goodfellow et al. 2016, §4.1]. */
function softmax(output: OutputValues): OutputValues {
  const { width } = output;
  const data = new Float32Array(output.data.length);
  for (let first = 0; first < data.length; first += width) {
    let largest = -Infinity;
    for (let at = first; at < first + width; at++) largest = Math.max(largest, numberAt(output, at));
    let sum = 0;
    for (let at = first; at < first + width; at++) sum += Math.exp(numberAt(output, at) - largest);
    for (let at = first; at < first + width; at++) data[at] = Math.exp(numberAt(output, at) - largest) / sum;
  }
  return { ...output, type: 'float32', data };
}
