import type { RowPlace } from '@meshdeck/shared/onnx';
import type { Tensor } from 'onnxruntime-node';
import { rowsFirst } from './gather-rows.js';
import { decoded } from './half-floats.js';

/** Where the rows lie in a tensor, or why they cannot be found. */
export type FoundPlace = RowPlace | 'fixed' | 'mixed' | 'counted';

/**
 * Finds where rows lie by two runs: `tensor` of `rows` rows, and `again` of the rows `order` of them. Rows lie along the
 * axis whose size follows their number, when the row `order[i]` of the one is the row `i` of the other.
 * `unsteady` leaves values out of it: the model draws random numbers.
 */
export function findPlace(
  tensor: Tensor,
  again: Tensor,
  { rows, order, unsteady }: { rows: number; order: readonly number[]; unsteady: boolean },
): FoundPlace {
  if (tensor.dims.length !== again.dims.length) return 'counted';
  const sameShape = tensor.dims.every((size, axis) => size === again.dims[axis]);
  if (sameShape && rows !== order.length) return 'fixed';
  const places = tensor.dims.flatMap((size, axis) => {
    const other = again.dims[axis] ?? 0;
    const follows = size % rows === 0 && size > 0 && size / rows === other / order.length;
    const alone = tensor.dims.every((own, at) => at === axis || own === again.dims[at]);
    if (!follows || !alone) return [];
    const times = size / rows;
    return times === 1
      ? [{ axis, outer: 1, inner: 1 }]
      : [
          { axis, outer: 1, inner: times },
          { axis, outer: times, inner: 1 },
        ];
  });
  if (places.length === 0) return sameShape ? 'fixed' : 'counted';
  const right = places.find((place) => unsteady || agree(tensor, again, place, rows, order));
  return right ?? 'mixed';
}

function agree(
  tensor: Tensor,
  again: Tensor,
  place: RowPlace,
  rows: number,
  order: readonly number[],
): boolean {
  const one = rowsFirst(decoded(tensor), tensor.dims, place, rows);
  const other = rowsFirst(decoded(again), again.dims, place, order.length);
  const width = tensor.size / rows;
  return order.every((row, at) => isSameRow(one, row * width, other, at * width, width, tensor.type));
}

/** Kernels may add in another order in a batch of another size. */
const tolerance = 1e-4;
const halfTolerance = 1e-2;

function isSameRow(
  one: Tensor.DataType,
  from: number,
  other: Tensor.DataType,
  otherFrom: number,
  width: number,
  type: string,
): boolean {
  if (!(one instanceof Float32Array || one instanceof Float64Array)) {
    for (let at = 0; at < width; at++) if (one[from + at] !== other[otherFrom + at]) return false;
    return true;
  }
  const allowed = type === 'float16' ? halfTolerance : tolerance;
  let largest = 0;
  for (let at = 0; at < width; at++) {
    const size = Math.abs(one[from + at] as number);
    if (size > largest && size !== Infinity) largest = size;
  }
  for (let at = 0; at < width; at++) {
    const [a, b] = [one[from + at] as number, other[otherFrom + at] as number];
    const close = Math.abs(a - b) <= allowed * Math.max(Math.abs(a), Math.abs(b)) + allowed * 0.1 * largest;
    if (!close && !Object.is(a, b) && a !== b) return false;
  }
  return true;
}
