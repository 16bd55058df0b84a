import type { Tensor } from 'onnxruntime-node';

/** Values of one output for a batch: `width` for each row, row by row. */
export interface OutputValues {
  name: string;
  type: Tensor.Type;
  width: number;
  data: Tensor.DataType;
}

/** An output's tensor by rows; undefined when it does not give the same number of values for each. */
export function outputValues(name: string, tensor: Tensor, rows: number): OutputValues | undefined {
  const width = tensor.size / rows;
  if (tensor.dims.length === 0 || tensor.size === 0 || !Number.isInteger(width)) return undefined;
  return { name, type: tensor.type, width, data: tensor.data };
}

/** Whether values may be averaged, compared and summed: 32 or 64 bit floats. */
export function isFloat(values: OutputValues): boolean {
  return values.data instanceof Float32Array || values.data instanceof Float64Array;
}

/** One value as a number; NaN for text. */
export function numberAt(values: OutputValues, at: number): number {
  return Number(values.data[at]);
}

const tolerance = 1e-3;

/** Whether each of the first `rows` rows holds probabilities: none below 0 or above 1, summing to 1. */
export function sumToOne(values: OutputValues, rows: number): boolean {
  let seen = 0;
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let at = row * values.width; at < (row + 1) * values.width; at++) {
      const value = numberAt(values, at);
      if (value < -tolerance || value > 1 + tolerance) return false;
      sum += value;
    }
    // Rows with missing values may give no number.
    if (Number.isNaN(sum)) continue;
    if (Math.abs(sum - 1) > tolerance) return false;
    seen++;
  }
  return seen > 0;
}
