import type { Tensor } from 'onnxruntime-node';
import type { OutputValues, RowPlace } from '@meshdeck/shared/onnx';
import { rowsFirst } from './gather-rows.js';
import { decoded } from './half-floats.js';

/** An output's tensor by rows. @throws RangeError when it has another number of them than was found before. */
export function valuesOfTensor(
  name: string,
  tensor: Tensor,
  place: RowPlace | undefined,
  rows: number,
): OutputValues {
  const data = decoded(tensor);
  const rest = tensor.dims.filter((_, axis) => axis !== place?.axis);
  const inner = (place?.outer ?? 1) * (place?.inner ?? 1);
  return {
    name,
    type: tensor.type,
    width: tensor.size / rows,
    rank: [...rest, inner].filter((size) => size > 1).length,
    data: place === undefined || rows === 1 ? data : rowsFirst(data, tensor.dims, place, rows),
  };
}

/** A row's values of several tensors one after another. */
export function joined(name: string, parts: readonly OutputValues[], rows: number): OutputValues {
  const [first, ...more] = parts;
  if (first === undefined) throw new RangeError(`output ${name} without tensors`);
  if (more.length === 0) return first;
  const width = parts.reduce((sum, part) => sum + part.width, 0);
  const data: unknown[] = [];
  for (let row = 0; row < rows; row++) {
    for (const part of parts) {
      for (let index = 0; index < part.width; index++) data.push(part.data[row * part.width + index]);
    }
  }
  return {
    ...first,
    width,
    rank: 1 + Math.max(...parts.map(({ rank }) => rank)),
    data: likeData(first, data),
  };
}

/** The rows of several batches one after another. */
export function stacked(batches: readonly OutputValues[]): OutputValues {
  const [first] = batches;
  if (first === undefined) throw new RangeError('no batches');
  if (batches.some(({ width }) => width !== first.width)) {
    throw new RangeError(
      `output ${first.name}: ${[...new Set(batches.map(({ width }) => width))].join(' and ')} values for a row`,
    );
  }
  const total = batches.reduce((sum, { data }) => sum + data.length, 0);
  if (Array.isArray(first.data)) return { ...first, data: batches.flatMap(({ data }) => data as string[]) };
  const data = new (first.data.constructor as new (length: number) => Float32Array)(total);
  let at = 0;
  for (const batch of batches) {
    data.set(batch.data as Float32Array, at);
    at += batch.data.length;
  }
  return { ...first, data };
}

function likeData(like: OutputValues, values: unknown[]): Tensor.DataType {
  if (Array.isArray(like.data)) return values as string[];
  return (like.data.constructor as unknown as { from: (list: unknown[]) => Float32Array }).from(values);
}
