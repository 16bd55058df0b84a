import type { ModelFile } from '../graph/model-file.js';
import type { ModelGraph, ModelNode } from '../graph/model-graph.js';

/** Lists in which classical learners keep what they learned [ONNX ai.onnx.ml]. */
const learned = [
  ...['coefficients', 'intercepts', 'support_vectors', 'rho', 'nodes_values', 'nodes_splits'],
  ...['target_weights', 'class_weights', 'leaf_weights', 'offset', 'scale'],
];

/** How many numbers a model holds in weights, trees and the like, inside branches and functions too. */
export function countParameters({ graph, functions }: ModelFile): number {
  return inGraph(graph) + functions.reduce((sum, { nodes }) => sum + inNodes(nodes), 0);
}

function inGraph({ constants, nodes }: ModelGraph): number {
  let sum = inNodes(nodes);
  for (const { dims } of constants.values()) sum += sizeOf(dims);
  return sum;
}

function inNodes(nodes: readonly ModelNode[]): number {
  let sum = 0;
  for (const { operator, domain, attributes } of nodes) {
    if (domain === 'ai.onnx.ml') for (const name of learned) sum += attributes.get(name)?.count() ?? 0;
    for (const { graph, tensor } of attributes.values()) {
      if (graph !== undefined) sum += inGraph(graph);
      if (operator === 'Constant' && tensor !== undefined) sum += sizeOf(tensor.dims);
    }
  }
  return sum;
}

/** Dimensions are the file's own word: an absurd one may not make the sum so. */
function sizeOf(dims: readonly number[]): number {
  const size = dims.reduce((product, dim) => product * dim, 1);
  return Number.isSafeInteger(size) && size > 0 && size < 1e12 ? size : 0;
}
