import { Tensor } from 'onnxruntime-node';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decoded, largestHalf, roundedToHalf } from './half-floats.js';

const all = decoded(
  new Tensor(
    'float16',
    Uint16Array.from({ length: 65536 }, (_, bits) => bits),
    [65536],
  ),
) as Float32Array;

describe('half floats', () => {
  it.each([
    [0x3c00, 1],
    [0xc000, -2],
    [0x7bff, 65504],
    [0x0001, 2 ** -24],
    [0x0400, 2 ** -14],
    [0x2e66, 0.0999755859375],
    [0x7c00, Infinity],
    [0xfc00, -Infinity],
    [0x7e00, Number.NaN],
  ])('%i is read as %f', (bits, value) => expect(all[bits]).toBe(value));

  it('are what they were after rounding', () => {
    for (const value of all) expect(roundedToHalf(value)).toBe(value);
  });

  it('are the nearest to a number, the even one of two', () => {
    const sorted = all.filter(Number.isFinite).sort();
    fc.assert(
      fc.property(fc.float({ min: -70000, max: 70000, noNaN: true }), (value) => {
        const rounded = roundedToHalf(value);
        if (!Number.isFinite(rounded)) return Math.abs(value) >= 65520;
        let low = 0;
        for (let high = sorted.length - 1; low < high;) {
          const middle = (low + high + 1) >> 1;
          if ((sorted[middle] as number) <= value) low = middle;
          else high = middle - 1;
        }
        const near = [sorted[low] ?? 0, sorted[low + 1] ?? largestHalf].map((half) => Math.abs(half - value));
        return Math.abs(rounded - value) === Math.min(...near);
      }),
      { numRuns: 2000 },
    );
    expect([2049, 2051, 1 + 2 ** -11].map(roundedToHalf)).toEqual([2048, 2052, 1]);
  });
});
