import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { float32Bytes, formatFloat32, writeFloat32 } from './format-number.js';

function written(value: number): string {
  const bytes = Buffer.alloc(float32Bytes + 2, '#');
  const end = writeFloat32(value, bytes, 1);
  expect(bytes[0]).toBe(0x23);
  return bytes.toString('latin1', 1, end);
}

describe('formatFloat32', () => {
  it.each([
    [0.1, '0.1'],
    [1 / 3, '0.33333334'],
    [16777216, '16777216'],
    [-2.5, '-2.5'],
    [1e-7, '1e-7'],
    [3.4028235e38, '3.4028235e+38'],
    [1e-45, '1e-45'],
    [0, '0'],
    [100, '100'],
    [0.001, '0.001'],
  ])('prints %d as %s', (value, text) => {
    expect(formatFloat32(Math.fround(value))).toBe(text);
    expect(written(Math.fround(value))).toBe(text);
  });

  it('reads back as the same float, and no decimal with fewer digits does', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = formatFloat32(value);
        expect(Math.fround(Number(text))).toBe(value === 0 ? 0 : value);
        expect(written(value)).toBe(text);
        const significant = text
          .replace(/e.*$/, '')
          .replace(/[-.]/g, '')
          .replace(/^0+|0+$/g, '').length;
        if (significant > 1) {
          expect(Math.fround(Number(value.toPrecision(significant - 1)))).not.toBe(value);
        }
      }),
      { numRuns: 5000 },
    );
  });

  it('does the same for probabilities', () => {
    fc.assert(
      fc.property(fc.float({ min: 0, max: 1, noNaN: true }), (value) => {
        expect(Math.fround(Number(formatFloat32(value)))).toBe(value === 0 ? 0 : value);
        expect(written(value)).toBe(formatFloat32(value));
      }),
      { numRuns: 5000 },
    );
  });
});
