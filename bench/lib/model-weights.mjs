import { readFileSync } from 'node:fs';
import { readText, visitFields } from '@meshdeck/shared/onnx';

/** Fields of ModelProto, GraphProto and TensorProto [onnx.proto3]. */
const graphField = 7;
const initializerField = 5;
const dimsField = 1;
const nameField = 8;
const rawDataField = 9;

/** A list of varints [protobuf encoding]. @param {Uint8Array} bytes @param {number} from @param {number} to */
function varints(bytes, from, to) {
  /** @type {number[]} */
  const values = [];
  let value = 0;
  let weight = 1;
  for (const byte of bytes.subarray(from, to)) {
    value += (byte & 0x7f) * weight;
    weight *= 128;
    if (byte >= 0x80) continue;
    values.push(value);
    value = 0;
    weight = 1;
  }
  return values;
}

/** A tensor of 32-bit floats in its raw bytes, as make-model.py writes them. @param {Uint8Array} bytes @param {number} from @param {number} to */
function readWeights(bytes, from, to) {
  /** @type {{ name: string, dims: number[], values: number[] }} */
  const tensor = { name: '', dims: [], values: [] };
  visitFields(bytes, from, to, (field, _type, start, end) => {
    if (field === nameField) tensor.name = readText(bytes, start, end);
    else if (field === dimsField) tensor.dims.push(...varints(bytes, start, end));
    else if (field === rawDataField) {
      const view = new DataView(bytes.buffer, bytes.byteOffset + start, end - start);
      for (let at = 0; at < view.byteLength; at += 4) tensor.values.push(view.getFloat32(at, true));
    }
  });
  return tensor;
}

/**
 * The weights of a model of make-model.py, as nested lists by name.
 *
 * @param {string} path
 * @returns {Record<string, number[] | number[][]>}
 */
export function modelWeights(path) {
  const bytes = readFileSync(path);
  /** @type {Record<string, number[] | number[][]>} */
  const weights = {};
  visitFields(bytes, 0, bytes.length, (outer, _type, graphFrom, graphTo) => {
    if (outer !== graphField) return;
    visitFields(bytes, graphFrom, graphTo, (field, _kind, from, to) => {
      if (field !== initializerField) return;
      const { name, dims, values } = readWeights(bytes, from, to);
      const [, columns] = dims;
      weights[name] =
        columns === undefined
          ? values
          : Array.from({ length: values.length / columns }, (_, row) =>
              values.slice(row * columns, (row + 1) * columns),
            );
    });
  });
  return weights;
}
