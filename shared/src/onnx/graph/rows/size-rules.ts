import type { RowRule, RuleContext } from './row-rule.js';
import { countsOf, fromFront, type Count, type RowState } from './row-state.js';

/** Lists of sizes, as exporters compute shapes from them. Other uses of such an operator take their own rule. */
function onCounts(rule: (context: RuleContext) => Count[] | undefined, otherwise: RowRule): RowRule {
  return (context) => {
    if (!context.inputs.some((state) => state?.kind === 'counts')) return otherwise(context);
    if (context.inputs.some((state) => state?.kind === 'rows')) return otherwise(context);
    const counts = rule(context);
    return counts === undefined ? context.lost('unknown') : { kind: 'counts', counts };
  };
}

const first: RowRule = ({ inputs, lost }) => inputs[0] ?? lost('unknown');
const keep = ({ counts }: RuleContext): Count[] | undefined => counts(0)?.slice();

const times = (one: Count, other: Count): Count => {
  if (one === null || other === null) return null;
  if (typeof one === 'number' && typeof other === 'number') return one * other;
  if (typeof one === 'number') return { rows: one * (other as { rows: number }).rows };
  return typeof other === 'number' ? { rows: one.rows * other } : null;
};

const dividedBy = (one: Count, other: Count): Count => {
  if (one === null || typeof other !== 'number' || other === 0) return null;
  if (typeof one === 'number') return Math.trunc(one / other);
  return one.rows % other === 0 ? { rows: one.rows / other } : null;
};

const plus = (one: Count, other: Count): Count =>
  typeof one === 'number' && typeof other === 'number' ? one + other : null;

function pairwise(operation: (one: Count, other: Count) => Count) {
  return ({ counts }: RuleContext): Count[] | undefined => {
    const [one, other] = [counts(0), counts(1)];
    if (one === undefined || other === undefined) return undefined;
    const length = Math.max(one.length, other.length);
    const at = (list: readonly Count[], index: number) => list[list.length === 1 ? 0 : index] ?? null;
    return Array.from({ length }, (_, index) => operation(at(one, index), at(other, index)));
  };
}

/** Wraps the rules of operators that exporters also compute sizes with. */
export function withSizeRules(rules: Record<string, RowRule>): Record<string, RowRule> {
  const or = (operator: string): RowRule => rules[operator] ?? first;
  return {
    Shape: ({ inputs: [state], int, lost }) => {
      const counts = state === undefined ? undefined : countsOf(state);
      if (counts === undefined) return lost('unknown');
      const rank = counts.length;
      return {
        kind: 'counts',
        counts: counts.slice(fromFront(int('start', 0), rank), fromFront(int('end', rank), rank)),
      };
    },
    Size: ({ inputs: [state], lost }): RowState => {
      const counts = state === undefined ? undefined : countsOf(state);
      return counts === undefined ? lost('unknown') : { kind: 'counts', counts: [counts.reduce(times, 1)] };
    },
    Cast: onCounts(keep, first),
    Squeeze: onCounts(keep, or('Squeeze')),
    Unsqueeze: onCounts(keep, or('Unsqueeze')),
    Reshape: onCounts(keep, or('Reshape')),
    Identity: first,
    Concat: onCounts(({ inputs, counts }) => {
      const lists = inputs.map((_, at) => counts(at));
      return lists.includes(undefined) ? undefined : lists.flatMap((list) => list ?? []);
    }, or('Concat')),
    Gather: onCounts(
      ({ counts, numbers }) => numbers(1)?.map((index) => counts(0)?.at(index) ?? null),
      or('Gather'),
    ),
    Slice: onCounts(({ counts, numbers, ints }) => {
      const start = numbers(1)?.[0] ?? ints('starts')?.[0] ?? 0;
      const end = numbers(2)?.[0] ?? ints('ends')?.[0];
      return (numbers(4)?.[0] ?? 1) === 1 ? counts(0)?.slice(start, end) : undefined;
    }, or('Slice')),
    Mul: onCounts(pairwise(times), or('Mul')),
    Div: onCounts(pairwise(dividedBy), or('Div')),
    Add: onCounts(pairwise(plus), or('Add')),
    Sub: onCounts(
      pairwise((one, other) => (typeof one === 'number' && typeof other === 'number' ? one - other : null)),
      or('Sub'),
    ),
    ReduceProd: onCounts(
      ({ counts }) => counts(0) && [counts(0)?.reduce(times, 1) ?? null],
      or('ReduceProd'),
    ),
  };
}
