import { MeshdeckError } from '@meshdeck/shared';
import { Tensor } from 'onnxruntime-node';
import { createElements, type ElementArray, type ModelInput } from '@meshdeck/shared/onnx';
import { largestHalf, roundedToHalf } from './half-floats.js';

/**
 * An input's tensor from the values of `rows` rows, `width` for each, row by row.
 *
 * @throws MeshdeckError csv-value-invalid for a number that the input's type cannot hold.
 */
export function inputTensor(input: ModelInput, elements: ElementArray, rows: number, width: number): Tensor {
  if (input.half === true && elements instanceof Float32Array) roundToHalf(input, elements);
  const dims = input.dims(rows, width);
  if (!dims.every(Number.isInteger)) {
    throw new MeshdeckError(
      'csv-column-mismatch',
      `The model's input "${input.name}" (${input.shape}) takes values in groups, and ${width} columns do not make whole ones.`,
    );
  }
  const before = dims.slice(0, input.rowAxis ?? 0).reduce((product, size) => product * size, 1);
  return new Tensor(
    input.type,
    (before === 1 ? elements : rowsBehind(elements, rows, before)) as never,
    dims,
  );
}

function roundToHalf({ name }: ModelInput, elements: Float32Array): void {
  for (let at = 0; at < elements.length; at++) {
    const value = elements[at] as number;
    const rounded = roundedToHalf(value);
    if (Number.isFinite(value) && !Number.isFinite(rounded)) {
      throw new MeshdeckError(
        'csv-value-invalid',
        `The input "${name}" has the type float16, which holds numbers up to ${largestHalf.toLocaleString('en-US')}; the table has ${value.toLocaleString('en-US')}.`,
      );
    }
    elements[at] = rounded;
  }
}

/** From row by row to the order of a tensor in which `before` values stand in front of the rows. */
function rowsBehind(elements: ElementArray, rows: number, before: number): ElementArray {
  const made = elements.slice();
  const each = elements.length / rows;
  const behind = each / before;
  let at = 0;
  for (let front = 0; front < before; front++) {
    for (let row = 0; row < rows; row++) {
      const start = row * each + front * behind;
      for (let index = 0; index < behind; index++) made[at++] = elements[start + index] as never;
    }
  }
  return made;
}

/** A tensor of `rows` rows for an input that no result depends on: noughts, or `text`. */
export function idleTensor(input: ModelInput, rows: number, text = ''): Tensor {
  const dims = input.dims(
    rows,
    input.width ?? input.dims(rows, 1).reduce((product, size) => product * Math.ceil(size), 1) / rows,
  );
  const elements = createElements(
    input.type,
    dims.reduce((product, size) => product * size, 1),
  );
  if (Array.isArray(elements)) elements.fill(text);
  return new Tensor(input.type, elements as never, dims);
}
