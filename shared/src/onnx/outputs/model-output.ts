import type { ElementArray, ElementType } from '../inputs/element-types.js';

/** Element types in which ONNX Runtime hands values out. */
export type OutputType = ElementType | 'float16' | 'uint4' | 'int4';

/** Values of one output for a batch: `width` for each row, row by row. */
export interface OutputValues {
  name: string;
  type: OutputType;
  width: number;
  /** How many of a row's sizes are more than one: 0 a single value, 1 a list, 2 a matrix... */
  rank: number;
  data: ElementArray;
}

/** Whether values may be averaged, compared and summed: 32 or 64 bit floats. */
export function isFloat(values: OutputValues): boolean {
  return values.data instanceof Float32Array || values.data instanceof Float64Array;
}

/** One value as a number; NaN for text. */
export function numberAt(values: OutputValues, at: number): number {
  return Number(values.data[at]);
}

/** The index of the largest value of a row, the first of equals. */
export function bestOf({ data, width }: OutputValues, row: number): number {
  const first = row * width;
  let best = 0;
  if (data instanceof Float32Array) {
    for (let index = 1; index < width; index++) {
      if ((data[first + index] as number) > (data[first + best] as number)) best = index;
    }
    return best;
  }
  for (let index = 1; index < width; index++) {
    if (Number(data[first + index]) > Number(data[first + best])) best = index;
  }
  return best;
}

const tolerance = 1e-3;
/** Sixteen bits hold three digits: many small values may be off by more together. */
const halfTolerance = 2e-2;

/** Whether each of the first `rows` rows holds probabilities: none below 0 or above 1, summing to 1. */
export function sumToOne(
  values: OutputValues,
  rows: number,
  allowed = values.type === 'float16' ? halfTolerance : tolerance,
): boolean {
  let seen = 0;
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let at = row * values.width; at < (row + 1) * values.width; at++) {
      const value = numberAt(values, at);
      if (value < -allowed || value > 1 + allowed) return false;
      sum += value;
    }
    // Rows with missing values may give no number.
    if (Number.isNaN(sum)) continue;
    if (Math.abs(sum - 1) > allowed) return false;
    seen++;
  }
  return seen > 0;
}
