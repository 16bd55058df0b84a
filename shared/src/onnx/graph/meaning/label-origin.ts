import { classLabels } from '../class-names.js';
import type { DataFlow } from '../data-flow.js';
import type { ModelNode } from '../model-graph.js';

/** How a model comes to a value out of few: the operator that decides, and what is known of the choice. */
export interface LabelOrigin {
  /** The operator that decides. */
  node: ModelNode;
  /** A classifier; the best of several scores; a comparison; a look-up; `unknown` where an operator cannot be looked into. */
  by: 'classifier' | 'best' | 'threshold' | 'lookup' | 'unknown';
  /** What each choice is called, in the order of the scores. */
  classes: string[] | undefined;
  /** The value that holds a score for each choice, the largest of which is taken. */
  scores: string | undefined;
  /** The value is the comparison's own 0 or 1. */
  isZeroOne: boolean;
}

const passing = new Set([
  'Identity',
  'Reshape',
  'Flatten',
  'Squeeze',
  'Unsqueeze',
  'Dropout',
  'Transpose',
  'Slice',
  'Split',
  'QuantizeLinear',
  'DequantizeLinear',
]);
const classifiers = new Set(['LinearClassifier', 'TreeEnsembleClassifier', 'SVMClassifier']);
const comparing = new Set([
  'And',
  'Binarizer',
  'Equal',
  'Greater',
  'GreaterOrEqual',
  'IsInf',
  'IsNaN',
  'Less',
  'LessOrEqual',
  'Not',
  'Or',
  'Sign',
  'Xor',
]);
const arithmetic = new Set(['Add', 'Div', 'Mul', 'Neg', 'Sub']);
const opaque = new Set(['If', 'Loop', 'Scan']);
const deepest = 48;
/** Operators looked at for one value: branches of branches are many. */
const mostLooked = 500;

/** TensorProto.DataType.BOOL */
const bool = 9;

/** How the model decides on a value; undefined for one that is computed, such as a count. */
export function labelOrigin(flow: DataFlow, value: string): LabelOrigin | undefined {
  return originOf({ flow, looked: 0 }, value, 0);
}

interface Search {
  flow: DataFlow;
  looked: number;
}

function originOf(search: Search, value: string, depth: number): LabelOrigin | undefined {
  const { flow } = search;
  const node = flow.producer(value);
  if (node === undefined || depth > deepest || search.looked++ > mostLooked) return undefined;
  const { operator, inputs } = node;
  const follow = (at: number) => originOf(search, inputs[at] ?? '', depth + 1);
  const made = (by: LabelOrigin['by'], more: Partial<LabelOrigin> = {}): LabelOrigin => ({
    node,
    by,
    classes: undefined,
    scores: undefined,
    isZeroOne: false,
    ...more,
  });
  if (passing.has(operator)) return follow(0);
  if (classifiers.has(operator)) {
    if (value !== node.outputs[0]) return undefined;
    return made('classifier', { classes: classLabels(node), scores: node.outputs[1] });
  }
  if (comparing.has(operator)) return made('threshold', { isZeroOne: operator !== 'Sign' });
  if (arithmetic.has(operator)) {
    const varying = inputs.flatMap((name, at) => (flow.constant(name) === undefined ? [at] : []));
    const decided = varying.length === 1 ? follow(varying[0] ?? 0) : undefined;
    return decided && { ...decided, classes: undefined, scores: undefined, isZeroOne: false };
  }
  switch (operator) {
    case 'Cast':
      return follow(0) ?? (node.attributes.get('to')?.int === bool ? made('threshold') : undefined);
    case 'ArgMax':
      return made('best', { scores: inputs[0] });
    case 'ArgMin':
      return made('best');
    case 'TopK':
      return value === node.outputs[1] && isOne(flow, node) ? made('best', { scores: inputs[0] }) : undefined;
    case 'ArrayFeatureExtractor':
    case 'Gather':
      return picked(search, node, depth);
    case 'LabelEncoder':
    case 'CategoryMapper': {
      const decided = follow(0);
      const names = encodedNames(node);
      if (decided === undefined) return made('lookup');
      return {
        ...decided,
        isZeroOne: false,
        classes: names && (decided.classes ?? [...names.keys()]).map((key) => names.get(key) ?? key),
      };
    }
    case 'Where': {
      const names = [1, 2].map((at) => flow.constant(inputs[at] ?? '')?.texts(1)?.[0]);
      if (!names.includes(undefined)) return made('threshold', { classes: [names[1] ?? '', names[0] ?? ''] });
      const branches = [1, 2].map((at) => flow.constant(inputs[at] ?? '') ?? follow(at));
      return branches.includes(undefined) ? undefined : made('threshold');
    }
    default:
      return opaque.has(operator) || !['', 'ai.onnx.ml'].includes(node.domain) ? made('unknown') : undefined;
  }
}

function isOne(flow: DataFlow, node: ModelNode): boolean {
  const count = flow.constant(node.inputs[1] ?? '')?.numbers(1)?.[0] ?? node.attributes.get('k')?.int;
  return count === 1;
}

/** A name picked from a constant list by what was decided, or some of several decisions. */
function picked(search: Search, node: ModelNode, depth: number): LabelOrigin | undefined {
  const { flow } = search;
  const [data = '', index = ''] = node.inputs;
  const names = flow.constant(data);
  if (names === undefined)
    return flow.constant(index) === undefined ? undefined : originOf(search, data, depth + 1);
  const decided = originOf(search, index, depth + 1);
  const classes = names.texts();
  if (decided === undefined) return undefined;
  if (classes === undefined || decided.classes === undefined)
    return { ...decided, classes, isZeroOne: false };
  return { ...decided, classes: decided.classes.map((key) => classes[Number(key)] ?? key) };
}

/** What a LabelEncoder makes of each key. */
function encodedNames(node: ModelNode): Map<string, string> | undefined {
  const list = (prefix: string): string[] => {
    for (const kind of ['strings', 'int64s']) {
      const attribute = node.attributes.get(`${prefix}_${kind}`);
      const texts = attribute?.texts() ?? [];
      if (texts.length > 0) return texts;
      const ints = attribute?.ints() ?? [];
      if (ints.length > 0) return ints.map(String);
    }
    return node.attributes.get(`${prefix}_tensor`)?.tensor?.texts() ?? [];
  };
  const [keys, values] =
    node.operator === 'CategoryMapper'
      ? [
          list('cats').length > 0 ? (node.attributes.get('cats_int64s')?.ints().map(String) ?? []) : [],
          node.attributes.get('cats_strings')?.texts() ?? [],
        ]
      : [list('keys'), list('values')];
  if (keys.length === 0 || keys.length !== values.length) return undefined;
  return new Map(keys.map((key, at) => [key, values[at] ?? '']));
}
