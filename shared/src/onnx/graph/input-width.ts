import type { DataFlow } from './data-flow.js';
import type { ModelNode } from './model-graph.js';
import { broadcasting, classicalDomain, elementwise, isOperator } from './operator-sets.js';
import type { ModelTensor } from './model-tensor.js';

/** How many values a row of an input has, as the model's weights tell where its shape does not. */
export interface InputWidth {
  width: number;
  /** False where only the highest feature that is looked at is known: there may be more. */
  exact: boolean;
  /** The operator that tells, such as `Gemm`. */
  operator: string;
}

const deepest = 64;

/** The widths of the inputs whose readers tell them, by the input's name. */
export function readInputWidths(flow: DataFlow): Map<string, InputWidth> {
  const widths = new Map<string, InputWidth>();
  for (const { name } of flow.inputs) {
    const width = widthOf(flow, name);
    if (width !== undefined) widths.set(name, width);
  }
  return widths;
}

/** Follows a value to the first operators that know its last size. An exact answer beats the highest lower bound. */
function widthOf(flow: DataFlow, input: string): InputWidth | undefined {
  const seen = new Set<string>();
  let best: InputWidth | undefined;
  const follow = (value: string, depth: number): void => {
    if (depth > deepest || seen.has(value)) return;
    seen.add(value);
    for (const node of flow.consumers(value)) {
      const told = toldBy(flow, node, value);
      if (told !== undefined && isBetter(told, best)) best = told;
      if (told?.exact !== true && keepsWidth(node, value)) {
        for (const output of node.outputs.slice(0, 1)) follow(output, depth + 1);
      }
    }
  };
  follow(input, 0);
  return best;
}

function isBetter(width: InputWidth, than: InputWidth | undefined): boolean {
  if (than === undefined) return true;
  if (width.exact !== than.exact) return width.exact;
  return !width.exact && width.width > than.width;
}

const keeping = new Set(['Identity', 'Cast', 'CastLike', 'Dropout', 'Scaler', 'Imputer', 'Normalizer']);

function keepsWidth(node: ModelNode, value: string): boolean {
  const own = isOperator(node, keeping) || isOperator(node, elementwise);
  return (own && node.inputs[0] === value) || isOperator(node, broadcasting);
}

function toldBy(flow: DataFlow, node: ModelNode, value: string): InputWidth | undefined {
  const rule = (node.domain === '' || node.domain === classicalDomain) && rules[node.operator];
  const told = rule ? rule(node, flow, value) : foreignWidth(node, flow, value);
  if (told === undefined || !Number.isInteger(told.width) || told.width < 1) return undefined;
  return { ...told, operator: node.operator };
}

type Told = Omit<InputWidth, 'operator'> | undefined;
type Rule = (node: ModelNode, flow: DataFlow, value: string) => Told;

const exactly = (width: number | undefined): Told =>
  width === undefined ? undefined : { width, exact: true };
const atLeast = (width: number | undefined): Told =>
  width === undefined ? undefined : { width, exact: false };

function countOf(node: ModelNode, ...names: string[]): number {
  for (const name of names) {
    const count = node.attributes.get(name)?.count() ?? 0;
    if (count > 0) return count;
  }
  return 0;
}

/** A list with one number for each feature; a single number stands for all of them. */
const eachFeature =
  (...names: string[]): Rule =>
  (node) => {
    const count = countOf(node, ...names);
    return count > 1 ? exactly(count) : undefined;
  };

const forest: Rule = (node) => {
  const highest = node.attributes.get('nodes_featureids')?.largestInt();
  return highest === undefined ? undefined : atLeast(highest + 1);
};

const linear: Rule = (node) => {
  const coefficients = countOf(node, 'coefficients');
  const targets = node.attributes.get('targets')?.int;
  const rows = targets ?? (countOf(node, 'intercepts', 'classlabels_ints', 'classlabels_strings') || 1);
  return coefficients > 0 ? exactly(coefficients / rows) : undefined;
};

const supportVectors: Rule = (node) => {
  const perClass = node.attributes.get('vectors_per_class')?.ints() ?? [];
  const supports =
    node.attributes.get('n_supports')?.int ?? Number(perClass.reduce((sum, count) => sum + count, 0n));
  const values = countOf(node, 'support_vectors');
  if (supports > 0 && values > 0) return exactly(values / supports);
  const classes = countOf(node, 'classlabels_ints', 'classlabels_strings') || 1;
  const coefficients = countOf(node, 'coefficients');
  return coefficients > 0 ? exactly(coefficients / classes) : undefined;
};

function sizeOf(tensor: ModelTensor | undefined, fromEnd: number): number | undefined {
  return tensor?.dims.at(-fromEnd);
}

const product: Rule = (node, flow, value) => {
  if (node.inputs[0] !== value) return undefined;
  const weights = flow.constant(node.inputs[1] ?? '');
  return exactly(weights?.dims.length === 1 ? weights.dims[0] : sizeOf(weights, 2));
};

const highestIndex = (indexes: readonly number[] | undefined): Told => {
  if (indexes === undefined || indexes.length === 0) return undefined;
  return atLeast(indexes.reduce((most, index) => Math.max(most, index < 0 ? -index : index + 1), 0));
};

function isLastAxis(node: ModelNode, byDefault: number): boolean {
  const axis = node.attributes.get('axis')?.int ?? byDefault;
  return axis === 1 || axis === -1;
}

/** A constant as long as a row, added to every row and the like. */
const stretched: Rule = (node, flow, value) => {
  for (const other of node.inputs) {
    const last = other === value ? undefined : sizeOf(flow.constant(other), 1);
    if (last !== undefined && last > 1) return exactly(last);
  }
  return undefined;
};

const rules: Record<string, Rule | undefined> = {
  Gemm: (node, flow, value) => {
    if (node.inputs[0] !== value || node.attributes.get('transA')?.int === 1) return undefined;
    const weights = flow.constant(node.inputs[1] ?? '');
    return exactly(sizeOf(weights, node.attributes.get('transB')?.int === 1 ? 1 : 2));
  },
  MatMul: product,
  MatMulInteger: product,
  QLinearMatMul: (node, flow, value) =>
    node.inputs[0] === value ? exactly(sizeOf(flow.constant(node.inputs[3] ?? ''), 2)) : undefined,
  LinearRegressor: linear,
  LinearClassifier: linear,
  SVMRegressor: supportVectors,
  SVMClassifier: supportVectors,
  Scaler: eachFeature('offset', 'scale'),
  Imputer: eachFeature('imputed_value_floats', 'imputed_value_int64s'),
  TreeEnsembleRegressor: forest,
  TreeEnsembleClassifier: forest,
  TreeEnsemble: forest,
  ArrayFeatureExtractor: (node, flow, value) =>
    node.inputs[0] === value ? highestIndex(flow.constant(node.inputs[1] ?? '')?.numbers()) : undefined,
  Gather: (node, flow, value) =>
    node.inputs[0] === value && isLastAxis(node, 0)
      ? highestIndex(flow.constant(node.inputs[1] ?? '')?.numbers())
      : undefined,
  Split: (node, flow) => {
    const sizes =
      flow.constant(node.inputs[1] ?? '')?.numbers() ?? node.attributes.get('split')?.ints().map(Number);
    return sizes !== undefined && isLastAxis(node, 0)
      ? exactly(sizes.reduce((sum, n) => sum + n, 0))
      : undefined;
  },
  FeatureVectorizer: (node, _flow, value) => {
    const at = node.inputs.indexOf(value);
    return exactly(node.attributes.get('inputdimensions')?.ints().map(Number)[at]);
  },
  BatchNormalization: (node, flow) => exactly(flow.constant(node.inputs[1] ?? '')?.dims[0]),
  LayerNormalization: (node, flow) => exactly(sizeOf(flow.constant(node.inputs[1] ?? ''), 1)),
  ...Object.fromEntries(['RNN', 'LSTM', 'GRU'].map((operator) => [operator, recurrent])),
  ...Object.fromEntries([...broadcasting].map((operator) => [operator, stretched])),
};

function recurrent(node: ModelNode, flow: DataFlow, value: string): Told {
  return node.inputs[0] === value ? exactly(sizeOf(flow.constant(node.inputs[1] ?? ''), 1)) : undefined;
}

/** ONNX Runtime's own operators that exporters write. */
function foreignWidth(node: ModelNode, flow: DataFlow, value: string): Told {
  if (node.domain !== 'com.microsoft' || node.inputs[0] !== value) return undefined;
  if (node.operator === 'CDist') return exactly(sizeOf(flow.constant(node.inputs[1] ?? ''), 1));
  return ['FusedMatMul', 'FusedGemm', 'DynamicQuantizeMatMul', 'MatMulIntegerToFloat'].includes(node.operator)
    ? exactly(sizeOf(flow.constant(node.inputs[1] ?? ''), 2))
    : undefined;
}
