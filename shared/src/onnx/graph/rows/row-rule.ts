import type { DataFlow } from '../data-flow.js';
import type { ModelNode } from '../model-graph.js';
import type { Count, LostRows, RowState } from './row-state.js';

/** What a rule may look at. */
export interface RuleContext {
  node: ModelNode;
  /** The states of the node's inputs, in order; undefined for one left out. */
  inputs: readonly (RowState | undefined)[];
  opset: number;
  flow: DataFlow;
  /** The numbers of an input that is the same in every run, or the sizes that it lists. */
  counts(at: number): readonly Count[] | undefined;
  /** The same where all of them are known. */
  numbers(at: number): readonly number[] | undefined;
  int(name: string, byDefault: number): number;
  ints(name: string): number[] | undefined;
  lost(why: LostRows['why'], size?: number): LostRows;
}

/** How an operator hands on rows: the state of its outputs, or of all of them. */
export type RowRule = (context: RuleContext) => RowState | readonly RowState[];

/** A rule for operators of which only the first input holds rows. */
export function ofFirst(
  rule: (context: RuleContext, state: Extract<RowState, { kind: 'rows' }>) => RowState | readonly RowState[],
): RowRule {
  return (context) => {
    const [first, ...others] = context.inputs;
    if (first?.kind !== 'rows' || others.some((other) => other?.kind === 'rows'))
      return context.lost('unknown');
    return rule(context, first);
  };
}
