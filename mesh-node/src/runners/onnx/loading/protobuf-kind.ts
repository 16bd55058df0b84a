import { readText, visitFields, WireFormatError } from '@meshdeck/shared/onnx';
import { exportLines } from './export-lines.js';
import type { FileKind } from './file-kind.js';

/**
 * What a file of Protocol Buffers is when it is no ONNX model: TensorFlow's and Apple's are messages too. Undefined
 * where it is none, or ends too early.
 */
export function recogniseProtobuf(bytes: Uint8Array): FileKind | undefined {
  const fields = new Map<number, number>();
  let start = '';
  try {
    visitFields(bytes, 0, bytes.length, (field, wireType, from, to) => {
      fields.set(field, wireType);
      if (start.length < 20_000 && wireType === 2) start += readText(bytes, from, Math.min(to, from + 5000));
    });
  } catch (error) {
    if (error instanceof WireFormatError) return undefined;
    throw error;
  }
  // Core ML's Model: the kind of model has a number from 200 on [Model.proto].
  if (fields.get(1) === 0 && [...fields.keys()].some((field) => field >= 200 && field < 4000)) {
    return { what: 'it is a Core ML model', todo: 'Export the model from the framework it was trained in.' };
  }
  if (/saved_model|serving_default|tensorflow/i.test(start) && fields.has(2)) {
    return {
      what: 'it is the saved_model.pb of a TensorFlow SavedModel',
      todo: `Make one of its folder: ${exportLines.savedModel}`,
    };
  }
  if (fields.get(1) === 2 && /Placeholder|MatMul|Const/.test(start)) {
    return {
      what: 'it is a frozen graph of TensorFlow (.pb)',
      todo: 'Make one of it: python -m tf2onnx.convert --graphdef model.pb --inputs x:0 --outputs y:0 --output model.onnx',
    };
  }
  return undefined;
}

/** Whether the bytes start as an ONNX model does: its IR version, then the exporter's name or an opset. */
export function startsLikeOnnx(bytes: Uint8Array): boolean {
  const [key, version = 0, next = 0] = bytes;
  return key === 0x08 && version > 0 && version < 40 && [0x12, 0x1a, 0x3a, 0x42].includes(next);
}
