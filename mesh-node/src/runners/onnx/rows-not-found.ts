import { MeshdeckError } from '@meshdeck/shared';
import type { Tensor } from 'onnxruntime-node';
import type { FoundPlace } from './rows/find-place.js';
import type { ModelOutput, RowPlace } from '@meshdeck/shared/onnx';

/** Why an output's tensor for so many rows cannot be taken apart into them. */
export function rowsNotFound(
  { name }: Pick<ModelOutput, 'name'>,
  tensor: Tensor,
  rows: number,
  found: Exclude<FoundPlace, RowPlace>,
): MeshdeckError {
  const shape = `[${tensor.dims.join(', ')}]`;
  const what = `The model's output "${name}" has the shape ${shape} for ${rows === 1 ? 'one row' : `${rows} rows`}`;
  switch (found) {
    case 'fixed':
      return unsupported(
        `${what}, and the same for another number of them: it does not give something for each row. Choose another output, or export the model with one whose first size is the number of rows.`,
      );
    case 'counted':
      return unsupported(
        `${what}, so the number of its results does not follow the rows. Export the model with an output of a fixed size for each row.`,
      );
    case 'mixed':
      return unsupported(
        `${what}, and what a row gets changes with the rows beside it: the model mixes rows that run together. Export it so that each row counts by itself (PyTorch: model.eval() before torch.onnx.export; the batch as the first dimension).`,
      );
  }
}

function unsupported(message: string): MeshdeckError {
  return new MeshdeckError('model-unsupported', message);
}
