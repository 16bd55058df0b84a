import { productOf, type Count, type RowAxis, type Size } from './row-state.js';

/** What a reshape makes of rows: another axis, a fixed number of rows it insists on, or undefined for what is not known. */
export type Reshaped = RowAxis | { baked: number } | undefined;

/**
 * Rows after their value is laid into other sizes, in row-major order [ONNX Reshape]. With `before` values in front of
 * the rows and `behind` values for each of them, a size holds the rows when what stands in front of it divides `before`.
 * `target` may hold one -1 (what is left) and, unless `zeros` are sizes themselves, 0 (the size that was there).
 */
export function reshapeRows(state: RowAxis, target: readonly Count[], zeros: boolean): Reshaped {
  const { axis, outer, inner, dims } = state;
  const before = times(productOf(dims.slice(0, axis)), outer);
  const behind = times(productOf(dims.slice(axis + 1)), inner);
  const sizes = target.map((count, at): Count => {
    if (count !== 0 || zeros) return count;
    return at === axis ? { rows: outer * inner } : (dims[at] ?? null);
  });
  const place = sizes.findIndex((count) => typeof count === 'object' && count !== null);
  const open = sizes.indexOf(-1);
  if (place < 0 && open < 0) return bakedSize(sizes, before, behind);
  const at = place >= 0 ? place : open;
  const known = sizes.map((count): Size => (typeof count === 'number' && count >= 0 ? count : null));
  if (place >= 0 && open >= 0) {
    const { rows } = sizes[place] as { rows: number };
    const others = productOf(known.filter((_, index) => index !== open && index !== place));
    const total = times(before, behind);
    known[open] = total === null || others === null ? null : total / (others * rows);
  }
  return laidOut(known, at, multipleAt(sizes, at, known, before, behind), before);
}

function times(one: Size, other: Size): Size {
  return one === null || other === null ? null : one * other;
}

/** How many times the rows the size at `at` is. */
function multipleAt(
  sizes: readonly Count[],
  at: number,
  known: readonly Size[],
  before: Size,
  behind: Size,
): Size {
  const count = sizes[at];
  if (typeof count === 'object' && count !== null) return count.rows;
  const others = productOf(known.filter((_, index) => index !== at));
  const total = times(before, behind);
  return total === null || others === null ? null : total / others;
}

function laidOut(known: Size[], at: number, multiple: Size, before: Size): RowAxis | undefined {
  const front = productOf(known.slice(0, at));
  if (front === null || before === null || multiple === null) return undefined;
  const outer = before / front;
  const inner = multiple / outer;
  if (![outer, inner].every((factor) => Number.isInteger(factor) && factor >= 1)) return undefined;
  return {
    kind: 'rows',
    axis: at,
    outer,
    inner,
    dims: known.map((size, index) => (index === at ? null : size)),
  };
}

/** All sizes are numbers: the model was exported with one number of rows. */
function bakedSize(sizes: readonly Count[], before: Size, behind: Size): Reshaped {
  const total = productOf(sizes.map((count) => (typeof count === 'number' ? count : null)));
  const each = times(before, behind);
  if (total === null || each === null || !Number.isInteger(total / each)) return undefined;
  return { baked: total / each };
}
