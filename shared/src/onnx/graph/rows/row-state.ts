/** A size of a value; null where it is not known. */
export type Size = number | null;

/** A number in a list of sizes: known, a multiple of the number of rows, or unknown. */
export type Count = number | null | { rows: number };

/**
 * Where the table's rows lie in a value. Along `axis`, whose size is `outer * rows * inner`: a model may lay other
 * sizes into the same axis around the rows, and take them out again.
 */
export interface RowAxis {
  kind: 'rows';
  axis: number;
  outer: number;
  inner: number;
  /** The sizes; the one at `axis` is null. */
  dims: Size[];
}

/**
 * Why rows cannot be told apart any more: their values are mixed; the model insists on a number of rows (`baked`, with
 * `size`); the number of results depends on the values (`counted`); each row has to be run by itself, since rounding or
 * places depend on those beside it (`alone`); or an operator is not known well enough.
 */
export interface LostRows {
  kind: 'lost';
  why: 'mixed' | 'baked' | 'counted' | 'alone' | 'unknown';
  operator: string;
  size?: number | undefined;
}

/** What is known of a value's rows: `same` for every row, a list of sizes, along an axis, or lost. */
export type RowState =
  RowAxis | LostRows | { kind: 'same'; dims: Size[] | undefined } | { kind: 'counts'; counts: Count[] };

/** The product of sizes; null where one of them is unknown. */
export function productOf(sizes: readonly Size[]): Size {
  let product = 1;
  for (const size of sizes) {
    if (size === null) return null;
    product *= size;
  }
  return product;
}

/** An axis counted from the front. */
export function fromFront(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

/** The sizes of a value as a list, the rows among them. */
export function countsOf(state: RowState): Count[] | undefined {
  if (state.kind === 'rows') {
    return state.dims.map((size, at) => (at === state.axis ? { rows: state.outer * state.inner } : size));
  }
  if (state.kind === 'same') return state.dims;
  return state.kind === 'counts' ? [state.counts.length] : undefined;
}

/** The value with other sizes beside its rows. */
export function withDims(state: RowAxis, dims: readonly Size[], axis = state.axis): RowAxis {
  return { ...state, axis, dims: dims.map((size, at) => (at === axis ? null : size)) };
}
