import { classLabels } from '../class-names.js';
import type { DataFlow } from '../data-flow.js';
import type { ModelNode } from '../model-graph.js';

/**
 * Where an output of numbers comes from, past what only changes its shape or type:
 * - `probabilities`: softmax, or a value beside its complement; `logs`: its logarithm
 * - `classifier`: a classical learner's scores, one for each class
 * - `pairs`: a support vector machine's scores, one for each pair of classes
 * - `sigmoid`: each value by itself between 0 and 1
 * - `linear`: the last layer of a network, which may be scores of classes
 * - `other`: anything else
 */
export interface ScoreOrigin {
  kind: 'probabilities' | 'logs' | 'classifier' | 'pairs' | 'sigmoid' | 'linear' | 'other';
  /** The operator; undefined for an input or a constant. */
  node: ModelNode | undefined;
  /** The value that the operator gives. */
  value: string;
  /** What a classifier calls its classes, in order. */
  classes: string[] | undefined;
  /** Only some of the operator's values are given. */
  part: boolean;
}

const passing = new Set([
  'Identity',
  'Cast',
  'CastLike',
  'Reshape',
  'Flatten',
  'Squeeze',
  'Unsqueeze',
  'Dropout',
  'Transpose',
  'Clip',
  'QuantizeLinear',
  'DequantizeLinear',
]);
const regressors = new Set(['LinearRegressor', 'TreeEnsemble', 'TreeEnsembleRegressor', 'SVMRegressor']);
const picking = new Set(['Slice', 'Split', 'Gather', 'ArrayFeatureExtractor']);
const classifiers = new Set(['LinearClassifier', 'TreeEnsembleClassifier', 'SVMClassifier']);
const linear = new Set([
  'Add',
  'BatchNormalization',
  'Conv',
  'Einsum',
  'Gemm',
  'GlobalAveragePool',
  'MatMul',
  'ReduceMean',
]);
const deepest = 48;

export function scoreOrigin(flow: DataFlow, value: string): ScoreOrigin {
  let at = value;
  let part = false;
  for (let step = 0; step < deepest; step++) {
    const node = flow.producer(at);
    if (node === undefined) break;
    if (picking.has(node.operator) && !(node.operator === 'Split' && node.outputs.length === 1)) part = true;
    else if (!passing.has(node.operator)) return { ...kindOf(flow, node, at), node, value: at, part };
    at = node.inputs[0] ?? '';
  }
  return { kind: 'other', node: undefined, value: at, classes: undefined, part };
}

function kindOf(flow: DataFlow, node: ModelNode, value: string): Pick<ScoreOrigin, 'kind' | 'classes'> {
  const { operator, inputs } = node;
  const of = (kind: ScoreOrigin['kind'], classes?: string[]) => ({ kind, classes });
  if (classifiers.has(operator)) {
    if (value !== node.outputs[1]) return of('other');
    return isPairwise(node) ? of('pairs') : of('classifier', classLabels(node));
  }
  if (regressors.has(operator)) return of(transformed(node));
  const inner = (at: number) => flow.producer(inputs[at] ?? '');
  switch (operator) {
    case 'Softmax':
      return of('probabilities');
    case 'LogSoftmax':
      return of('logs');
    case 'Sigmoid':
      return of('sigmoid');
    case 'Exp':
      return isLogSoftmax(inner(0), flow) ? of('probabilities') : of('other');
    case 'Log':
      return inner(0)?.operator === 'Softmax' ? of('logs') : of('other');
    case 'Sub':
      return isLogSoftmax(node, flow) ? of('logs') : of('other');
    case 'Div': {
      const [over, sum] = [inner(0), inner(1)];
      const softmax =
        over?.operator === 'Exp' && sum?.operator === 'ReduceSum' && sum.inputs[0] === inputs[0];
      return softmax ? of('probabilities') : of('other');
    }
    case 'Concat':
      return isPair(flow, node) ? of('probabilities') : of('other');
    default:
      return of(linear.has(operator) ? 'linear' : 'other');
  }
}

/** A support vector machine without probabilities scores each pair of its classes: as many as classes when there are 3. */
function isPairwise({ operator, attributes }: ModelNode): boolean {
  const count = (name: string) => attributes.get(name)?.count() ?? 0;
  const vectors = operator === 'SVMClassifier' && count('vectors_per_class') > 0 && count('prob_a') === 0;
  return vectors && (count('classlabels_ints') || count('classlabels_strings')) > 2;
}

/** What a regressor's own transform makes of its targets; TreeEnsemble counts them [ONNX ai.onnx.ml 5]. */
function transformed({ attributes }: ModelNode): ScoreOrigin['kind'] {
  const transform = attributes.get('post_transform');
  if (transform?.text === 'SOFTMAX' || transform?.int === 1) return 'probabilities';
  return transform?.text === 'LOGISTIC' || transform?.int === 2 ? 'sigmoid' : 'other';
}

/** LogSoftmax, or x - log(sum(exp(x))), as naive Bayes is exported. */
function isLogSoftmax(node: ModelNode | undefined, flow: DataFlow): boolean {
  if (node?.operator === 'LogSoftmax') return true;
  if (node?.operator !== 'Sub') return false;
  let sum = flow.producer(node.inputs[1] ?? '');
  for (let step = 0; step < 3 && sum?.operator === 'Reshape'; step++)
    sum = flow.producer(sum.inputs[0] ?? '');
  return sum?.operator === 'ReduceLogSumExp' && sum.inputs[0] === node.inputs[0];
}

/** A probability and its complement side by side. */
function isPair(flow: DataFlow, node: ModelNode): boolean {
  const [one = '', other = ''] = node.inputs;
  if (node.inputs.length !== 2) return false;
  return isComplement(flow, one, other) || isComplement(flow, other, one);
}

/** Whether `value` is 1 - `of`, past what only changes the shape. */
function isComplement(flow: DataFlow, value: string, of: string): boolean {
  const node = flow.producer(past(flow, value));
  if (node?.operator !== 'Sub' || flow.constant(node.inputs[0] ?? '')?.numbers(1)?.[0] !== 1) return false;
  return past(flow, node.inputs[1] ?? '') === past(flow, of);
}

function past(flow: DataFlow, value: string): string {
  let at = value;
  for (let step = 0; step < deepest; step++) {
    const node = flow.producer(at);
    if (node === undefined || !passing.has(node.operator)) break;
    at = node.inputs[0] ?? '';
  }
  return at;
}
