import { Tensor } from 'onnxruntime-node';
import type { RowPlace } from '@meshdeck/shared/onnx';

type Values = Tensor.DataType;

/** Values by rows: all of the first row in the order in which they stand, then all of the second... */
export function rowsFirst(data: Values, dims: readonly number[], place: RowPlace, rows: number): Values {
  const { before, behind } = around(dims, place, rows);
  if (before === 1) return data;
  const made = emptyLike(data, data.length);
  for (let row = 0; row < rows; row++) {
    for (let front = 0; front < before; front++) {
      copy(data, (front * rows + row) * behind, made, (row * before + front) * behind, behind);
    }
  }
  return made;
}

/** The tensor with the rows `indexes` of it, in that order. */
export function takeRows(tensor: Tensor, place: RowPlace, rows: number, indexes: readonly number[]): Tensor {
  const { before, behind } = around(tensor.dims, place, rows);
  const made = emptyLike(tensor.data, before * indexes.length * behind);
  for (let front = 0; front < before; front++) {
    indexes.forEach((row, at) => {
      copy(tensor.data, (front * rows + row) * behind, made, (front * indexes.length + at) * behind, behind);
    });
  }
  const dims = tensor.dims.map((size, axis) => (axis === place.axis ? (size / rows) * indexes.length : size));
  return new Tensor(tensor.type, made as never, dims);
}

/** How many values stand in front of the rows and behind each. */
function around(
  dims: readonly number[],
  { axis, outer, inner }: RowPlace,
  rows: number,
): { before: number; behind: number } {
  const before = dims.slice(0, axis).reduce((product, size) => product * size, outer);
  const behind = dims.slice(axis + 1).reduce((product, size) => product * size, inner);
  if (dims[axis] !== outer * rows * inner)
    throw new RangeError(`${rows} rows along axis ${axis} of [${dims}]`);
  return { before, behind };
}

function emptyLike(data: Values, length: number): Values {
  if (Array.isArray(data)) return new Array<string>(length);
  return new (data.constructor as new (length: number) => Exclude<Values, string[]>)(length);
}

function copy(from: Values, at: number, to: Values, toAt: number, count: number): void {
  for (let index = 0; index < count; index++) to[toAt + index] = from[at + index] as never;
}
