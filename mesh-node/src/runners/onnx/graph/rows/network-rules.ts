import { broadcast } from './element-rules.js';
import { ofFirst, type RowRule, type RuleContext } from './row-rule.js';
import { fromFront, withDims, type RowAxis, type RowState, type Size } from './row-state.js';
import { windowed } from './window-sizes.js';

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

/** Rows stay apart as long as they are none of the axes that are summed up, sorted or normalised. */
function along(byDefault: number, flattensBelow = 0) {
  return ({ int, opset }: RuleContext, state: RowAxis): boolean => {
    const axis = fromFront(int('axis', opset < flattensBelow ? 1 : byDefault), state.dims.length);
    return opset < flattensBelow ? state.axis < axis : state.axis !== axis;
  };
}

const softmax: RowRule = ofFirst((context, state) =>
  along(-1, 13)(context, state) ? state : context.lost('mixed'),
);

function reduced(state: RowAxis, axes: readonly number[], keep: boolean): RowAxis {
  if (keep)
    return withDims(
      state,
      state.dims.map((size, at) => (axes.includes(at) ? 1 : size)),
    );
  return withDims(
    state,
    state.dims.filter((_, at) => !axes.includes(at)),
    state.axis - axes.filter((axis) => axis < state.axis).length,
  );
}

const reduce: RowRule = ofFirst((context, state) => {
  const { ints, numbers, int, lost, node } = context;
  const rank = state.dims.length;
  const given = ints('axes') ?? numbers(1);
  if (given === undefined && (node.inputs[1] ?? '') !== '') return lost('unknown');
  if ((given ?? []).length === 0 && int('noop_with_empty_axes', 0) === 1) return state;
  const axes = (given === undefined || given.length === 0 ? state.dims.map((_, at) => at) : given).map(
    (axis) => fromFront(axis, rank),
  );
  return axes.includes(state.axis) ? lost('mixed') : reduced(state, axes, int('keepdims', 1) === 1);
});

const best: RowRule = ofFirst((context, state) => {
  const axis = fromFront(context.int('axis', 0), state.dims.length);
  return axis === state.axis
    ? context.lost('mixed')
    : reduced(state, [axis], context.int('keepdims', 1) === 1);
});

/** X [time, rows, features] to Y [time, directions, rows, hidden], Y_h and Y_c [directions, rows, hidden]. */
const recurrent: RowRule = (context) => {
  const { inputs, lost, int, flow, node } = context;
  const [x] = inputs;
  if (x?.kind !== 'rows' || x.dims.length !== 3) return lost('unknown');
  const rowsFirst = int('layout', 0) === 1;
  if (x.axis !== (rowsFirst ? 0 : 1)) return lost('mixed');
  const starts = [inputs[5], node.operator === 'LSTM' ? inputs[6] : undefined];
  for (const start of starts) {
    if (start?.kind === 'same') return lost('baked', start.dims?.[rowsFirst ? 0 : 1] ?? undefined);
    if (start !== undefined && start.kind !== 'rows') return lost('unknown');
  }
  const lengths = inputs[4];
  if (lengths?.kind === 'same') return lost('baked', lengths.dims?.[0] ?? undefined);
  const weights = flow.constant(node.inputs[2] ?? '');
  const directions = weights?.dims[0] ?? null;
  const hidden = weights?.dims[2] ?? null;
  const time = x.dims[rowsFirst ? 1 : 0] ?? null;
  const whole = rowsFirst ? [null, time, directions, hidden] : [time, directions, null, hidden];
  const last = rowsFirst ? [null, directions, hidden] : [directions, null, hidden];
  const state = withDims(x, last, rowsFirst ? 0 : 1);
  return [withDims(x, whole, rowsFirst ? 0 : 2), state, state];
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

/** Operators that work on every image or series by itself; their rows come first. */
const eachImage: RowRule = ofFirst((context, state) => {
  if (state.axis !== 0) return context.lost('unknown');
  return withDims(state, windowed(context, state.dims));
});

const reductions = ['L1', 'L2', 'LogSum', 'LogSumExp', 'Max', 'Mean', 'Min', 'Prod', 'Sum', 'SumSquare'];
const images = [
  'AveragePool',
  'Conv',
  'ConvTranspose',
  'DepthToSpace',
  'GlobalAveragePool',
  'GlobalLpPool',
  'GlobalMaxPool',
  'GroupNormalization',
  'InstanceNormalization',
  'LRN',
  'LpPool',
  'MaxPool',
  'Resize',
  'SpaceToDepth',
  'Upsample',
];

/** Operators of networks. */
export const networkRules: Record<string, RowRule> = {
  MatMul: product,
  Gemm: gemm,
  Softmax: softmax,
  LogSoftmax: softmax,
  Hardmax: softmax,
  ArgMax: best,
  ArgMin: best,
  CumSum: ofFirst((context, state) => {
    const axis = context.numbers(1)?.[0];
    if (axis === undefined) return context.lost('unknown');
    return fromFront(axis, state.dims.length) === state.axis ? context.lost('mixed') : state;
  }),
  TopK: ofFirst((context, state) => {
    const axis = fromFront(context.int('axis', -1), state.dims.length);
    if (axis === state.axis) return context.lost('mixed');
    const count = context.numbers(1)?.[0] ?? context.ints('k')?.[0] ?? null;
    const made = withDims(
      state,
      state.dims.map((size, at) => (at === axis ? count : size)),
    );
    return [made, made];
  }),
  BatchNormalization: ofFirst((context, state) => {
    const training =
      context.int('training_mode', 0) === 1 || (context.opset < 7 && context.int('is_test', 0) === 0);
    return training || state.axis !== 0 ? context.lost(training ? 'mixed' : 'unknown') : state;
  }),
  LayerNormalization: ofFirst((context, state) =>
    state.axis < fromFront(context.int('axis', -1), state.dims.length) ? state : context.lost('mixed'),
  ),
  LpNormalization: ofFirst((context, state) => (along(-1)(context, state) ? state : context.lost('mixed'))),
  RNN: recurrent,
  LSTM: recurrent,
  GRU: recurrent,
  Einsum: einsum,
  ...Object.fromEntries(reductions.map((name) => [`Reduce${name}`, reduce])),
  ...Object.fromEntries(images.map((name) => [name, eachImage])),
};
