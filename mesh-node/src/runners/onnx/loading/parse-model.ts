import { MeshdeckError } from '@meshdeck/shared';
import { type ModelFile, readModelFile } from '@meshdeck/shared/onnx';
import { recogniseFile } from './file-kind.js';
import { recogniseProtobuf, startsLikeOnnx } from './protobuf-kind.js';

/** Reads an ONNX file. @throws MeshdeckError model-invalid that says what the file is instead. */
export function parseModel(bytes: Uint8Array): ModelFile {
  const other = recogniseFile(bytes);
  if (other !== undefined) throw notOnnx(`: ${other.what}. ${other.todo}`);
  let cause: unknown;
  try {
    const model = readModelFile(bytes);
    if (model !== undefined && model.graph.outputs.length > 0) return model;
    if (model !== undefined && model.graph.nodes.length > 0) {
      throw new MeshdeckError(
        'model-invalid',
        'The ONNX model has no outputs. Export it again with the values you need as outputs.',
      );
    }
  } catch (error) {
    if (error instanceof MeshdeckError) throw error;
    cause = error;
  }
  const message = recogniseProtobuf(bytes);
  if (message !== undefined) throw notOnnx(`: ${message.what}. ${message.todo}`, cause);
  if (cause !== undefined && startsLikeOnnx(bytes)) throw damagedModel(bytes, cause);
  throw notOnnx('. Export the model to ONNX (skl2onnx, torch.onnx.export, tf2onnx) and try again.', cause);
}

/** A file that starts as an ONNX model and does not go on as one. */
export function damagedModel(bytes: Uint8Array, cause: unknown): MeshdeckError {
  return new MeshdeckError(
    'model-invalid',
    `The ONNX file is damaged or cut off (it has ${bytes.length.toLocaleString('en-US')} bytes). Download or copy it again, and compare its size.`,
    { cause },
  );
}

function notOnnx(rest: string, cause?: unknown): MeshdeckError {
  return new MeshdeckError('model-invalid', `This file is not an ONNX model${rest}`, { cause });
}
