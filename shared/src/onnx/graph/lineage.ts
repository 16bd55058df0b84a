import type { DataFlow } from './data-flow.js';
import type { ModelNode } from './model-graph.js';
import { broadcasting, elementwise, isOperator, passing } from './operator-sets.js';

/**
 * How much a value owes to the model: `constant` nothing of a row; `echo` an input's values as they are or under
 * another name; `transform` prepared for a learner (scaled, filled up, encoded); `computed` by anything else.
 */
export type Computation = 'constant' | 'echo' | 'transform' | 'computed';

export interface Lineage {
  computation: Computation;
  /** The inputs whose values it depends on. */
  inputs: ReadonlySet<string>;
}

const order: readonly Computation[] = ['constant', 'echo', 'transform', 'computed'];

const echoing: ReadonlySet<string> = new Set([
  ...passing,
  'ArrayFeatureExtractor',
  'CategoryMapper',
  'Concat',
  'Expand',
  'FeatureVectorizer',
  'Gather',
  'LabelEncoder',
  'Pad',
  'Slice',
  'Split',
  'Tile',
  'Transpose',
]);

const preparing: ReadonlySet<string> = new Set([
  ...broadcasting,
  ...elementwise,
  'Imputer',
  'Normalizer',
  'OneHot',
  'OneHotEncoder',
  'Scaler',
  'StringConcat',
  'StringNormalizer',
  'StringSplit',
  'TfIdfVectorizer',
  'Tokenizer',
]);

/** Operators that read their first input's values and of the others only positions or sizes. */
const byFirst: ReadonlySet<string> = new Set([
  ...passing,
  'Expand',
  'Pad',
  'Slice',
  'Tile',
  'Split',
  'CastLike',
]);

const nothing: Lineage = { computation: 'constant', inputs: new Set() };

/** The lineage of every value of the graph; `constant` for those it does not hold. */
export function readLineage(flow: DataFlow): (value: string) => Lineage {
  const known = new Map<string, Lineage>();
  for (const { name } of flow.inputs) known.set(name, { computation: 'echo', inputs: new Set([name]) });
  for (const node of flow.nodes) {
    const lineage = lineageOf(node, flow, known);
    for (const value of node.outputs) known.set(value, lineage);
  }
  return (value) => known.get(value) ?? nothing;
}

function lineageOf(node: ModelNode, flow: DataFlow, known: ReadonlyMap<string, Lineage>): Lineage {
  if (isOperator(node, shapeReaders)) return nothing;
  const reads = isOperator(node, byFirst) ? node.inputs.slice(0, 1) : flow.reads(node);
  const from = reads.map((value) => known.get(value) ?? nothing).filter(({ inputs }) => inputs.size > 0);
  if (from.length === 0) return nothing;
  const own: Computation = isOperator(node, echoing) ? 'echo' : isPreparing(node) ? 'transform' : 'computed';
  const rank = from.reduce(
    (most, { computation }) => Math.max(most, order.indexOf(computation)),
    order.indexOf(own),
  );
  return {
    computation: order[rank] ?? 'computed',
    inputs: joined(from.map(({ inputs }) => inputs)),
  };
}

/** All of several sets; one of them where they are the same. */
function joined(sets: readonly ReadonlySet<string>[]): ReadonlySet<string> {
  const [first = new Set<string>(), ...more] = new Set(sets);
  return more.length === 0 ? first : new Set([first, ...more].flatMap((set) => [...set]));
}

const shapeReaders = new Set(['Shape', 'Size']);

function isPreparing(node: ModelNode): boolean {
  return isOperator(node, preparing) || (node.domain === 'com.microsoft' && node.operator === 'Tokenizer');
}
