import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shardSizes } from './shard-sizes.js';

const table = (rows: number, indivisible: string | null = null) => ({ rows, indivisible }) as never;
const mesh =
  (slots: readonly number[], rowsPerSecond = 1000, speedsKnown = true) =>
  () => ({
    machines: slots.map((count, index) => ({ nodeId: `n${index}`, slots: count, rowsPerSecond })),
    speedsKnown,
  });
const nobody = () => {
  throw new Error('nobody is asked');
};

describe('the sizes of parts', () => {
  it('are one, without a look at the mesh, where nobody asked for parts or none can be cut', () => {
    expect(shardSizes(table(100), undefined, nobody)).toEqual([100]);
    expect(shardSizes(table(100, 'quotes'), 4, nobody)).toEqual([100]);
    expect(shardSizes(table(100, 'quotes'), 'auto', nobody)).toEqual([100]);
  });

  it('are even where a number is asked for, and never less than a row', () => {
    expect(shardSizes(table(10), 3, nobody)).toEqual([3, 3, 4]);
    expect(shardSizes(table(2), 5, nobody)).toEqual([1, 1]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 200 }), (rows, parts) => {
        const sizes = shardSizes(table(rows), parts, nobody);
        expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(rows);
        expect(sizes).toHaveLength(Math.min(parts, rows));
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('are about three a slot by themselves, and one where a single slot would only start anew', () => {
    expect(shardSizes(table(100_000), 'auto', mesh([2, 2])).length).toBeGreaterThan(4);
    expect(shardSizes(table(100_000), 'auto', mesh([2, 2])).length).toBeLessThanOrEqual(12);
    expect(shardSizes(table(100_000), 'auto', mesh([1]))).toEqual([100_000]);
  });

  it('are each worth half a second on the fastest machine, between 500 and 10,000 rows', () => {
    const count = (rows: number, ...asked: Parameters<typeof mesh>) =>
      shardSizes(table(rows), 'auto', mesh(...asked)).length;
    expect(count(2500, [2, 2], 2000)).toBeLessThanOrEqual(3);
    expect(count(2500, [2, 2], 100)).toBeGreaterThan(3);
    expect(count(800, [2, 2], 10)).toBeLessThanOrEqual(2);
    expect(count(9000, [2, 2], 1e9)).toBe(1);
    // Scores are no speeds: the upper bound holds.
    expect(count(19_000, [2, 2], 10, false)).toBeLessThanOrEqual(2);
    expect(count(19_000, [2, 2], 10, true)).toBeGreaterThan(4);
  });
});
