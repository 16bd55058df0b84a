import type { ModelEdits } from './edit-model.js';
import type { ModelFile } from './model-file.js';
import type { ModelNode } from './model-graph.js';
import { changedNode, draftNode } from './node-draft.js';

const regressors = new Set(['LinearRegressor', 'TreeEnsembleRegressor', 'TreeEnsemble']);
/** `post_transform` of TreeEnsemble [ONNX ai.onnx.ml 5]. */
const logisticNumber = 2;

/**
 * ONNX Runtime leaves out the logistic function of regressors with one target (microsoft/onnxruntime#26596). Notes in
 * `edits` a Sigmoid behind such an operator in its place. Returns the operators.
 */
export function mendTransforms(file: Uint8Array, { graph }: ModelFile, edits: ModelEdits): string[] {
  const mended: string[] = [];
  for (const node of graph.nodes) {
    const [output] = node.outputs;
    if (output === undefined || !regressors.has(node.operator) || !isLogistic(node)) continue;
    const targets = node.attributes.get('targets')?.int ?? node.attributes.get('n_targets')?.int ?? 1;
    if (targets !== 1) continue;
    const raw = `${output}/before-logistic`;
    const none = { name: 'post_transform', value: node.operator === 'TreeEnsemble' ? 0 : 'NONE' };
    edits.nodes.set(output, [
      changedNode(file, node, none, new Map([[output, raw]])),
      draftNode('Sigmoid', raw, output),
    ]);
    mended.push(node.operator);
  }
  return mended;
}

function isLogistic({ attributes }: ModelNode): boolean {
  const transform = attributes.get('post_transform');
  return transform?.text === 'LOGISTIC' || transform?.int === logisticNumber;
}
