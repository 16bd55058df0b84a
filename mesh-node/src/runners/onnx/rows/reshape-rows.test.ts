import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowsFirst } from './gather-rows.js';
import { type Count, reshapeRows, type RowAxis } from '@meshdeck/shared/onnx';

const rows = 5; // shares no factor with the other sizes
const size = fc.constantFrom(1, 2, 3, 4, 6);

const value = fc
  .record({ before: fc.array(size, { maxLength: 2 }), behind: fc.array(size, { maxLength: 2 }) })
  .map(({ before, behind }): RowAxis => ({
    kind: 'rows',
    axis: before.length,
    outer: 1,
    inner: 1,
    dims: [...before, null, ...behind],
  }));

/** For each element of a value, in order, the row it belongs to. */
function rowOfElements({ axis, outer, inner, dims }: RowAxis): Int32Array {
  const before = dims.slice(0, axis).reduce<number>((product, dim) => product * (dim ?? 1), outer);
  const behind = dims.slice(axis + 1).reduce<number>((product, dim) => product * (dim ?? 1), inner);
  return Int32Array.from({ length: before * rows * behind }, (_, at) => Math.floor(at / behind) % rows);
}

const sizesOf = ({ axis, outer, inner, dims }: RowAxis) =>
  dims.map((dim, at) => (at === axis ? outer * rows * inner : (dim ?? 1)));

/** Ways to lay so many elements into sizes. */
function targets(total: number): fc.Arbitrary<number[]> {
  return fc.array(fc.constantFrom(1, 2, 3, 4, 5, 6, 10, 15, 20), { maxLength: 3 }).map((sizes) => {
    const kept: number[] = [];
    let rest = total;
    for (const wanted of sizes) {
      if (rest % wanted !== 0) continue;
      kept.push(wanted);
      rest /= wanted;
    }
    return [...kept, rest];
  });
}

const reshaped = value.chain((state) =>
  fc.tuple(
    fc.constant(state),
    targets(sizesOf(state).reduce((product, dim) => product * dim, 1)),
    fc.nat(),
    fc.boolean(),
  ),
);

describe('rows in a value that is laid into other sizes', () => {
  it('are where they are said to be, or nothing is said', () => {
    let told = 0;
    fc.assert(
      fc.property(reshaped, ([state, sizes, which, byRows]) => {
        const at = which % sizes.length;
        const multiple = (sizes[at] ?? 0) / rows;
        const open: Count = byRows && Number.isInteger(multiple) ? { rows: multiple } : -1;
        const made = reshapeRows(
          state,
          sizes.map((dim, index) => (index === at ? open : dim)),
          true,
        );
        if (made === undefined || 'baked' in made) return;
        told++;
        expect(sizesOf(made)).toEqual(sizes);
        const ofRows = rowsFirst(rowOfElements(state), sizes, made, rows) as Int32Array;
        const each = ofRows.length / rows;
        ofRows.forEach((row, index) => expect(row).toBe(Math.floor(index / each)));
      }),
      { numRuns: 2000 },
    );
    expect(told).toBeGreaterThan(400);
  });

  it('come out of a size again that they were laid into with others', () => {
    fc.assert(
      fc.property(value, (state) => {
        const sizes = sizesOf(state);
        const counts = state.dims.map((dim, at): Count => (at === state.axis ? { rows: 1 } : dim));
        const flat = reshapeRows(state, [-1], true);
        if (flat === undefined || 'baked' in flat) throw new Error('expected rows');
        expect(reshapeRows(flat, counts, true)).toEqual({ ...state, dims: state.dims });
        expect(sizesOf(flat)).toEqual([sizes.reduce((product, dim) => product * dim, 1)]);
      }),
    );
  });

  it('are as many as the sizes say where all of them are numbers', () => {
    const state: RowAxis = { kind: 'rows', axis: 0, outer: 1, inner: 1, dims: [null, 6] };
    expect(reshapeRows(state, [4, 2, 3], false)).toEqual({ baked: 4 });
    expect(reshapeRows(state, [5], false)).toBeUndefined();
    expect(reshapeRows(state, [0, 2, 3], false)).toMatchObject({ axis: 0, dims: [null, 2, 3] });
  });
});
