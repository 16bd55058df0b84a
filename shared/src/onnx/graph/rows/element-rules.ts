import { broadcasting, elementwise } from '../operator-sets.js';
import type { RowRule, RuleContext } from './row-rule.js';
import type { RowAxis, RowState, Size } from './row-state.js';

const unary: RowRule = ({ inputs, lost }) => inputs[0] ?? lost('unknown');

/**
 * Shapes are matched from their last size backwards and stretched [ONNX, "Multidirectional Broadcasting"]. Rows stay
 * apart where they meet in the same place; a constant of several rows insists on that number of them.
 */
export function broadcast(inputs: readonly (RowState | undefined)[], lost: RuleContext['lost']): RowState {
  const parts = inputs.filter((state) => state !== undefined);
  const rows = parts.filter((state): state is RowAxis => state.kind === 'rows');
  const [first] = rows;
  if (first === undefined) return lost('unknown');
  // A number of rows beside the rows: every value depends on how many there are.
  if (parts.some((state) => state.kind === 'counts' && state.counts.some(dependsOnRows)))
    return lost('mixed');
  const place = first.dims.length - first.axis;
  let rank = 0;
  for (const part of parts) {
    if (part.kind === 'rows') {
      const apart = part.dims.length - part.axis !== place;
      if (apart) return lost('mixed');
      if (part.outer !== first.outer || part.inner !== first.inner) return lost('unknown');
    } else if (part.kind === 'same') {
      if (part.dims === undefined) return lost('unknown');
      const size = part.dims.at(-place);
      if (place <= part.dims.length && size !== 1)
        return size == null ? lost('unknown') : lost('baked', size);
    }
    rank = Math.max(rank, 'dims' in part ? (part.dims?.length ?? 0) : 1);
  }
  const dims = Array.from({ length: rank }, (_, at): Size => {
    const fromEnd = rank - at;
    let size: Size = 1;
    for (const part of parts) {
      const own = 'dims' in part ? part.dims : undefined;
      if (own === undefined || fromEnd > own.length) continue;
      const next = own.at(-fromEnd) ?? null;
      if (next !== 1) size = next === null && size !== 1 ? size : next;
    }
    return size;
  });
  return { ...first, axis: rank - place, dims: dims.map((size, at) => (at === rank - place ? null : size)) };
}

function dependsOnRows(count: unknown): boolean {
  return typeof count !== 'number';
}

/** Operators that work value by value. */
export const elementRules: Record<string, RowRule> = {
  ...Object.fromEntries([...elementwise].map((operator) => [operator, unary])),
  ...Object.fromEntries(
    [...broadcasting].map((operator): [string, RowRule] => [
      operator,
      ({ inputs, lost }) => broadcast(inputs, lost),
    ]),
  ),
  Identity: unary,
  CastLike: unary,
  Dropout: ({ inputs, lost }) => {
    const state = inputs[0] ?? lost('unknown');
    // In training it draws random numbers, each row's own; that is told with the model.
    return [state, state];
  },
  QuantizeLinear: unary,
  DequantizeLinear: unary,
  DynamicQuantizeLinear: ({ lost }) => lost('alone'),
  DynamicQuantizeMatMul: ({ lost }) => lost('alone'),
};
