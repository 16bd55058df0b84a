import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '@meshdeck/testing/checkout';

const graphFolder = join(root, 'shared/dist/onnx/graph');
const load = (/** @type {string} */ name) => import(pathToFileURL(join(graphFolder, name)).href);

/** Fields of onnx.proto3. */
const graphField = 7;
const initializerField = 5;

/**
 * The weights of a model of make-model.py, as nested lists by name.
 *
 * @param {string} path
 * @returns {Promise<Record<string, number[] | number[][]>>}
 */
export async function modelWeights(path) {
  const { visitFields } = await load('wire-format.js');
  const { readTensor } = await load('model-tensor.js');
  const bytes = readFileSync(path);
  /** @type {Record<string, number[] | number[][]>} */
  const weights = {};
  const readGraph = (
    /** @type {number} */ field,
    /** @type {number} */ _type,
    /** @type {number} */ from,
    /** @type {number} */ to,
  ) => {
    if (field !== initializerField) return;
    const tensor = readTensor(bytes, from, to);
    const values = tensor.numbers();
    const [, columns] = tensor.dims;
    weights[tensor.name] =
      columns === undefined
        ? values
        : Array.from({ length: values.length / columns }, (_, row) =>
            values.slice(row * columns, (row + 1) * columns),
          );
  };
  visitFields(
    bytes,
    0,
    bytes.length,
    (
      /** @type {number} */ field,
      /** @type {number} */ _type,
      /** @type {number} */ from,
      /** @type {number} */ to,
    ) => {
      if (field === graphField) visitFields(bytes, from, to, readGraph);
    },
  );
  return weights;
}
