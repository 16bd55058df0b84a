import { ofFirst, type RowRule, type RuleContext } from './row-rule.js';
import { fromFront, withDims, type RowAxis, type Size } from './row-state.js';

const concat: RowRule = (context) => {
  const { inputs, lost } = context;
  const rows = inputs.filter((state): state is RowAxis => state?.kind === 'rows');
  const [first] = rows;
  if (first === undefined) return lost('unknown');
  const axis = fromFront(context.int('axis', 0), first.dims.length);
  if (axis === first.axis) return lost('mixed');
  const fixed = inputs.find((state) => state?.kind === 'same');
  if (fixed?.kind === 'same') {
    const size = fixed.dims?.[first.axis];
    return size == null ? lost('unknown') : lost('baked', size);
  }
  const alike = rows.every(
    (state) =>
      state.axis === first.axis &&
      state.outer === first.outer &&
      state.inner === first.inner &&
      state.dims.length === first.dims.length,
  );
  if (!alike || rows.length !== inputs.length) return lost('unknown');
  const sizes = rows.map((state) => state.dims[axis] ?? null);
  const sum = sizes.includes(null) ? null : sizes.reduce<number>((total, size) => total + (size ?? 0), 0);
  return withDims(
    first,
    first.dims.map((size, at) => (at === axis ? sum : size)),
  );
};

const slice: RowRule = (context) => {
  const { inputs, lost } = context;
  const [state] = inputs;
  if (state?.kind !== 'rows' || inputs.slice(1).some((other) => other?.kind === 'rows'))
    return lost('unknown');
  const starts = context.counts(1) ?? context.ints('starts');
  const ends = context.counts(2) ?? context.ints('ends');
  const rank = state.dims.length;
  const axes = (context.numbers(3) ?? context.ints('axes') ?? starts?.map((_, at) => at))?.map((axis) =>
    fromFront(axis, rank),
  );
  if (starts === undefined || ends === undefined || axes === undefined) return lost('unknown');
  const at = axes.indexOf(state.axis);
  // Everything, as exporters write `x[:, k]`.
  const step = context.numbers(4)?.[at] ?? 1;
  const whole = at < 0 || (starts[at] === 0 && step === 1 && Number(ends[at]) >= 2 ** 31 - 1);
  if (!whole) return lost('unknown');
  const dims = state.dims.map((size, axis) =>
    axes.includes(axis) ? slicedSize(context, axes.indexOf(axis), size) : size,
  );
  return withDims(state, dims);
};

function slicedSize(context: RuleContext, at: number, size: Size): Size {
  const start = (context.counts(1) ?? context.ints('starts'))?.[at];
  const end = (context.counts(2) ?? context.ints('ends'))?.[at];
  const step = context.numbers(4)?.[at] ?? 1;
  if (typeof start !== 'number' || typeof end !== 'number' || size === null || step < 1) return null;
  const bound = (index: number) => Math.max(0, Math.min(size, index < 0 ? index + size : index));
  return Math.max(0, Math.ceil((bound(end) - bound(start)) / step));
}

const gather: RowRule = (context) => {
  const { inputs, lost, int } = context;
  const [data, indexes] = inputs;
  if (data?.kind === 'rows' && indexes?.kind === 'same') {
    const axis = fromFront(int('axis', 0), data.dims.length);
    if (indexes.dims === undefined) return lost('unknown');
    if (axis === data.axis) return lost('unknown');
    const dims = [...data.dims.slice(0, axis), ...indexes.dims, ...data.dims.slice(axis + 1)];
    return withDims(data, dims, data.axis < axis ? data.axis : data.axis - 1 + indexes.dims.length);
  }
  if (data?.kind === 'rows' && indexes?.kind === 'counts') return lost('unknown');
  if (data?.kind === 'same' && indexes?.kind === 'rows') {
    if (data.dims === undefined) return lost('unknown');
    const axis = fromFront(int('axis', 0), data.dims.length);
    const dims = [...data.dims.slice(0, axis), ...indexes.dims, ...data.dims.slice(axis + 1)];
    return withDims(indexes, dims, axis + indexes.axis);
  }
  return lost('unknown');
};

const gatherElements: RowRule = (context) => {
  const [data, indexes] = context.inputs;
  if (data?.kind !== 'rows' || indexes?.kind !== 'rows') return context.lost('unknown');
  const axis = fromFront(context.int('axis', 0), data.dims.length);
  const apart = data.axis === indexes.axis && axis !== data.axis && data.outer === indexes.outer;
  return apart && data.inner === indexes.inner ? indexes : context.lost('unknown');
};

const split: RowRule = ofFirst((context, state) => {
  const axis = fromFront(context.int('axis', 0), state.dims.length);
  if (axis === state.axis) return context.lost('unknown');
  const { outputs } = context.node;
  const sizes = context.numbers(1) ?? context.ints('split');
  const whole = state.dims[axis] ?? null;
  return outputs.map((_, at) => {
    const size =
      sizes?.[at] ?? (whole === null || whole % outputs.length > 0 ? null : whole / outputs.length);
    return withDims(
      state,
      state.dims.map((own, index) => (index === axis ? size : own)),
    );
  });
});

/** Operators that pick from a value, or put several together. */
export const pickRules: Record<string, RowRule> = {
  Concat: concat,
  Slice: slice,
  Gather: gather,
  GatherElements: gatherElements,
  Split: split,
  NonZero: ({ lost }) => lost('counted'),
  NonMaxSuppression: ({ lost }) => lost('counted'),
  Unique: ({ lost }) => lost('counted'),
  Compress: ({ lost }) => lost('counted'),
};
