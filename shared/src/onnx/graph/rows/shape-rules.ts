import { reshapeRows } from './reshape-rows.js';
import { ofFirst, type RowRule, type RuleContext } from './row-rule.js';
import { fromFront, productOf, withDims, type RowState, type Size } from './row-state.js';

/** Axes of an operator, from its attribute or, since opset 13, from its second input. */
function axesOf({ ints, numbers, node }: RuleContext, rank: number): number[] | undefined {
  const axes = ints('axes') ?? numbers(1);
  if (axes === undefined && (node.inputs[1] ?? '') !== '') return undefined;
  return axes?.map((axis) => fromFront(axis, rank));
}

const reshape: RowRule = ofFirst((context, state) => {
  const target = context.counts(1) ?? context.ints('shape');
  if (target === undefined) return context.lost('unknown');
  const made = reshapeRows(state, target, context.int('allowzero', 0) === 1);
  if (made === undefined) return context.lost('unknown');
  return 'baked' in made ? context.lost('baked', made.baked) : made;
});

const flatten: RowRule = ofFirst((context, state) => {
  const { dims } = state;
  const axis = fromFront(context.int('axis', 1), dims.length);
  const front = productOf(dims.slice(0, axis).filter((_, at) => at !== state.axis));
  const back = productOf(dims.slice(axis).filter((_, at) => at + axis !== state.axis));
  if (state.axis < axis) {
    const before = productOf(dims.slice(0, state.axis));
    const between = productOf(dims.slice(state.axis + 1, axis));
    if (before === null || between === null) return context.lost('unknown');
    return {
      ...state,
      axis: 0,
      outer: before * state.outer,
      inner: state.inner * between,
      dims: [null, back],
    };
  }
  const between = productOf(dims.slice(axis, state.axis));
  const behind = productOf(dims.slice(state.axis + 1));
  if (between === null || behind === null) return context.lost('unknown');
  return {
    ...state,
    axis: 1,
    outer: between * state.outer,
    inner: state.inner * behind,
    dims: [front, null],
  };
});

const squeeze: RowRule = ofFirst((context, state) => {
  const { dims } = state;
  const axes = axesOf(context, dims.length);
  if (axes?.includes(state.axis) === true) return context.lost('baked', 1);
  if (axes === undefined && dims.some((size, at) => size === null && at !== state.axis)) {
    return context.lost('unknown');
  }
  const gone = (at: number) => (axes === undefined ? dims[at] === 1 : axes.includes(at));
  return withDims(
    state,
    dims.filter((_, at) => !gone(at)),
    dims.slice(0, state.axis).filter((_, at) => !gone(at)).length,
  );
});

const unsqueeze: RowRule = ofFirst((context, state) => {
  const given = context.ints('axes') ?? context.numbers(1);
  if (given === undefined) return context.lost('unknown');
  const rank = state.dims.length + given.length;
  const added = new Set(given.map((axis) => fromFront(axis, rank)));
  const dims: Size[] = [];
  let axis = state.axis;
  let from = 0;
  for (let at = 0; at < rank; at++) {
    if (added.has(at)) dims.push(1);
    else {
      if (from === state.axis) axis = at;
      dims.push(state.dims[from++] ?? null);
    }
  }
  return withDims(state, dims, axis);
});

const transpose: RowRule = ofFirst((context, state) => {
  const rank = state.dims.length;
  const order = context.ints('perm') ?? Array.from({ length: rank }, (_, at) => rank - 1 - at);
  return withDims(
    state,
    order.map((at) => state.dims[at] ?? null),
    order.indexOf(state.axis),
  );
});

/** Stretched as when two values meet. */
const expand: RowRule = (context) => {
  const { inputs, lost } = context;
  const [state] = inputs;
  const target = context.counts(1);
  if (target === undefined) return lost('unknown');
  const at = target.findIndex((count) => typeof count === 'object' && count !== null);
  const dims = target.map((count): Size => (typeof count === 'number' ? count : null));
  if (state?.kind === 'same') {
    if (at < 0) return { kind: 'same', dims: target.includes(null) ? undefined : dims };
    const { rows } = target[at] as { rows: number };
    const own = state.dims?.at(at - target.length);
    const free = state.dims !== undefined && (state.dims.length < target.length - at || own === 1);
    return free ? { kind: 'rows', axis: at, outer: 1, inner: rows, dims } : lost('unknown');
  }
  if (state?.kind !== 'rows') return lost('unknown');
  const rank = Math.max(target.length, state.dims.length);
  const axis = state.axis + rank - state.dims.length;
  const targetAxis = axis - (rank - target.length);
  const count = target[targetAxis];
  const keeps = targetAxis < 0 || count === 1 || (typeof count === 'object' && count !== null);
  if (!keeps) return typeof count === 'number' ? lost('baked', count) : lost('unknown');
  return withDims(
    { ...state, axis },
    Array.from({ length: rank }, () => null),
  );
};

const tile: RowRule = ofFirst((context, state) => {
  const repeats = context.numbers(1);
  if (repeats?.[state.axis] !== 1) return context.lost('unknown');
  return withDims(
    state,
    state.dims.map((size, at) => (size === null ? null : size * (repeats[at] ?? 1))),
  );
});

const pad: RowRule = ofFirst((context, state) => {
  const rank = state.dims.length;
  const pads = context.numbers(1) ?? context.ints('pads');
  if (pads?.length !== 2 * rank || pads[state.axis] !== 0 || pads[state.axis + rank] !== 0) {
    return context.lost('unknown');
  }
  return withDims(
    state,
    state.dims.map((size, at) => (size === null ? null : size + (pads[at] ?? 0) + (pads[at + rank] ?? 0))),
  );
});

const constantOfShape: RowRule = (context): RowState => {
  const counts = context.counts(0);
  const at = counts?.findIndex((count) => typeof count === 'object' && count !== null) ?? -1;
  if (counts === undefined || at < 0) return context.lost('unknown');
  const { rows } = counts[at] as { rows: number };
  const dims = counts.map((count): Size => (typeof count === 'number' ? count : null));
  return { kind: 'rows', axis: at, outer: 1, inner: rows, dims };
};

/** Operators that change a value's shape. */
export const shapeRules: Record<string, RowRule> = {
  Reshape: reshape,
  Flatten: flatten,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Transpose: transpose,
  Expand: expand,
  Tile: tile,
  Pad: pad,
  ConstantOfShape: constantOfShape,
  OneHot: ofFirst((context, state) => {
    const rank = state.dims.length + 1;
    const at = fromFront(context.int('axis', -1), rank);
    const depth = context.numbers(1)?.[0] ?? null;
    const dims = [...state.dims.slice(0, at), depth, ...state.dims.slice(at)];
    return withDims(state, dims, state.axis < at ? state.axis : state.axis + 1);
  }),
};
