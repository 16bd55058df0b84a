import type { DataFlow } from '../data-flow.js';
import type { ModelNode } from '../model-graph.js';
import { classicalRules } from './classical-rules.js';
import { elementRules } from './element-rules.js';
import { networkRules } from './network-rules.js';
import { pickRules } from './pick-rules.js';
import { productRules } from './product-rules.js';
import { shapeRules } from './shape-rules.js';
import { withSizeRules } from './size-rules.js';
import type { RowRule, RuleContext } from './row-rule.js';
import type { Count, LostRows, RowState } from './row-state.js';

const valueRules = {
  ...elementRules,
  ...shapeRules,
  ...pickRules,
  ...productRules,
  ...networkRules,
  ...classicalRules,
};
const rules = new Map<string, RowRule>(Object.entries({ ...valueRules, ...withSizeRules(valueRules) }));
/** ONNX Runtime's own operators that have a rule. */
const foreign = new Set(['Tokenizer', 'Gelu', 'DynamicQuantizeMatMul']);
const known = new Set(['', 'ai.onnx.ml']);
/** More dimensions than any operator takes. */
const mostAxes = 32;

/**
 * Follows the rows of a table through a graph, operator by operator, from where they lie in the inputs. An operator
 * that mixes rows, or is not known, loses them for everything behind it.
 */
export function followRows(
  flow: DataFlow,
  inputs: ReadonlyMap<string, RowState>,
): (value: string) => RowState | undefined {
  const states = new Map(inputs);
  const stateOf = (value: string): RowState | undefined => {
    const state = states.get(value);
    if (state !== undefined || value === '') return state;
    const constant = flow.constant(value);
    return constant && { kind: 'same', dims: constant.dims };
  };
  for (const node of flow.nodes) {
    const context = contextOf(node, flow, stateOf);
    const [first] = node.outputs;
    if (first !== undefined && flow.constant(first) !== undefined) continue;
    const made = outcome(context);
    node.outputs.forEach((value, at) => {
      const state = isList(made) ? made[at] : made;
      const followed = state?.kind !== 'rows' || state.dims.length <= mostAxes;
      states.set(value, followed && state !== undefined ? state : context.lost('unknown'));
    });
  }
  return stateOf;
}

function isList(made: RowState | readonly RowState[]): made is readonly RowState[] {
  return Array.isArray(made);
}

function outcome(context: RuleContext): RowState | readonly RowState[] {
  const { node, inputs, flow } = context;
  const own = known.has(node.domain) || (node.domain === 'com.microsoft' && foreign.has(node.operator));
  const rule = own ? rules.get(node.operator) : undefined;
  const lost = inputs.findIndex((state) => state?.kind === 'lost');
  if (lost >= 0 && node.operator !== 'Shape') return passOn(context, inputs[lost] as LostRows, lost);
  if (rule !== undefined && inputs.some((state) => state?.kind === 'rows' || state?.kind === 'counts')) {
    return rule(context);
  }
  const captures = flow.reads(node).length > node.inputs.filter((value) => value !== '').length;
  const alike = inputs.every((state) => state === undefined || state.kind === 'same');
  return alike && !captures && !node.operator.startsWith('Random') && own
    ? { kind: 'same', dims: undefined }
    : context.lost('unknown');
}

/** Operators whose result is as long as their input, or as the list of what they pick. */
const lengthKeeping = new Set([
  'ArrayFeatureExtractor',
  'Cast',
  'Concat',
  'Gather',
  'GatherElements',
  'GatherND',
  'Identity',
  'Reshape',
  'Slice',
  'Split',
  'Squeeze',
  'Transpose',
  'Unsqueeze',
]);
/** Operators that take only sizes from their further inputs. */
const sized = new Set([
  'ConstantOfShape',
  'Expand',
  'OneHot',
  'Pad',
  'Range',
  'Reshape',
  'Slice',
  'Tile',
  'TopK',
]);
const counting = new Set(['Compress', 'NonMaxSuppression', 'NonZero', 'Unique']);

/** What becomes of rows that were lost before an operator. */
function passOn({ node, lost }: RuleContext, state: LostRows, at: number): LostRows {
  if (counting.has(node.operator)) return lost('counted');
  // A list of positions may be laid back into something for each row, and a size drawn from all rows may be padding.
  if (state.why === 'counted' && !lengthKeeping.has(node.operator)) return lost('unknown');
  const asSize = sized.has(node.operator) && (at > 0 || ['ConstantOfShape', 'Range'].includes(node.operator));
  return asSize && state.why !== 'counted' ? lost('unknown') : state;
}

function contextOf(
  node: ModelNode,
  flow: DataFlow,
  stateOf: (value: string) => RowState | undefined,
): RuleContext {
  const inputs = node.inputs.map(stateOf);
  const counts = (at: number): readonly Count[] | undefined => {
    const state = inputs[at];
    return state?.kind === 'counts' ? state.counts : flow.constant(node.inputs[at] ?? '')?.numbers(1000);
  };
  return {
    node,
    inputs,
    flow,
    opset: flow.opset(node.domain),
    counts,
    numbers(at) {
      const numbers = counts(at)?.filter((count) => typeof count === 'number');
      return numbers?.length === counts(at)?.length ? numbers : undefined;
    },
    int: (name, byDefault) => node.attributes.get(name)?.int ?? byDefault,
    ints: (name) => node.attributes.get(name)?.ints().map(Number),
    lost: (why, size): LostRows => ({ kind: 'lost', why, operator: node.operator, size }),
  };
}
