import { ofFirst, type RowRule, type RuleContext } from './row-rule.js';
import { fromFront, withDims, type RowAxis } from './row-state.js';
import { windowed } from './window-sizes.js';

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
  ...Object.fromEntries(reductions.map((name) => [`Reduce${name}`, reduce])),
  ...Object.fromEntries(images.map((name) => [name, eachImage])),
};
