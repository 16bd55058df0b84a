import { broadcast } from './element-rules.js';
import type { RowRule } from './row-rule.js';
import { withDims, type RowAxis, type RowState, type Size } from './row-state.js';

/** The rows of a matrix product; those of its left side that lie in front of the last two sizes go with the right side's. */
const product: RowRule = (context) => {
  const { inputs, lost } = context;
  const [left, right] = inputs;
  const dimsOf = (state: RowState | undefined) =>
    state?.kind === 'rows' || state?.kind === 'same' ? state.dims : undefined;
  const [a, b] = [dimsOf(left), dimsOf(right)];
  if (a === undefined || b === undefined) return lost('unknown');
  const place = (state: RowState | undefined) =>
    state?.kind === 'rows' ? state.dims.length - state.axis : 0;
  const [leftPlace, rightPlace] = [place(left), place(right)];
  if (leftPlace === 1 || (rightPlace === 2 && b.length > 1) || (rightPlace === 1 && b.length === 1)) {
    return lost('mixed');
  }
  if (leftPlace > 0 && rightPlace > 0) {
    if (leftPlace !== rightPlace) return lost('mixed');
  } else {
    // The other side is the same for every row, so it may not have a size of its own in their place.
    const own = leftPlace > 2 ? b.at(-leftPlace) : rightPlace > 2 ? a.at(-rightPlace) : undefined;
    if (own !== undefined && own !== 1) return own === null ? lost('unknown') : lost('baked', own);
  }
  const state = (left?.kind === 'rows' ? left : right) as RowAxis;
  const rank = Math.max(a.length, b.length, 2);
  const dims = Array.from({ length: rank }, (_, at): Size => {
    const fromEnd = rank - at;
    if (fromEnd === 1) return b.length === 1 ? 1 : (b.at(-1) ?? null);
    if (fromEnd === 2) return a.length === 1 ? 1 : (a.at(-2) ?? null);
    return a.at(-fromEnd) ?? b.at(-fromEnd) ?? null;
  });
  const axis = rank - Math.max(leftPlace, rightPlace);
  const made = withDims(state, dims, axis);
  if (b.length === 1) return { ...made, dims: made.dims.slice(0, -1) };
  if (a.length > 1) return made;
  return { ...made, axis: axis === rank - 1 ? rank - 2 : axis, dims: made.dims.toSpliced(rank - 2, 1) };
};

const gemm: RowRule = (context) => {
  const { inputs, lost, int } = context;
  const [a, b, c] = inputs;
  const turned = (state: RowAxis, transposed: number) => (transposed === 1 ? 1 - state.axis : state.axis);
  const other = (state: RowState | undefined, at: number): Size =>
    state?.kind === 'same' || state?.kind === 'rows' ? (state.dims?.[at] ?? null) : null;
  if (a?.kind === 'rows' && b?.kind === 'rows') return lost('mixed');
  let made: RowAxis;
  if (a?.kind === 'rows') {
    if (turned(a, int('transA', 0)) !== 0) return lost('mixed');
    made = { ...a, axis: 0, dims: [null, other(b, int('transB', 0) === 1 ? 0 : 1)] };
  } else if (b?.kind === 'rows') {
    if (turned(b, int('transB', 0)) !== 1) return lost('mixed');
    made = { ...b, axis: 1, dims: [other(a, int('transA', 0) === 1 ? 1 : 0), null] };
  } else return lost('unknown');
  return c === undefined ? made : broadcast([made, c], lost);
};

/** Each term's letters name its axes; rows must have one letter everywhere, and it must be left in the result. */
const einsum: RowRule = (context) => {
  const { inputs, lost, node } = context;
  const equation = node.attributes.get('equation')?.text?.replace(/\s/g, '') ?? '';
  const [terms = '', result] = equation.split('->');
  const parts = terms.split(',');
  if (result === undefined || !/^[a-zA-Z,]*$/.test(terms) || parts.length !== inputs.length)
    return lost('unknown');
  const letters = inputs.map((state, at) => (state?.kind === 'rows' ? parts[at]?.[state.axis] : undefined));
  const [letter, ...others] = [...new Set(letters.filter((name) => name !== undefined))];
  if (letter === undefined) return lost('unknown');
  const stray = parts.some((part, at) => letters[at] === undefined && part.includes(letter));
  const axis = result.indexOf(letter);
  if (stray) return lost('unknown');
  if (axis < 0 || others.length > 0 || result.lastIndexOf(letter) !== axis) return lost('mixed');
  const state = inputs.find((input): input is RowAxis => input?.kind === 'rows');
  return state === undefined
    ? lost('unknown')
    : withDims(
        state,
        [...result].map(() => null),
        axis,
      );
};

/** Products of matrices. */
export const productRules: Record<string, RowRule> = { MatMul: product, Gemm: gemm, Einsum: einsum };
