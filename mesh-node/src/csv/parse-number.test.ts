import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellInvalid, cellMissing, cellNumber, readNumber } from './parse-number.js';

function read(text: string, decimalComma = false): number | 'missing' | 'invalid' {
  const bytes = Buffer.from(`|${text}|`);
  const target = new Float64Array(1);
  const kind = readNumber(bytes, 1, bytes.length - 1, decimalComma, target, 0);
  if (kind === cellNumber) return target[0] ?? Number.NaN;
  expect([cellMissing, cellInvalid]).toContain(kind);
  return kind === cellMissing ? 'missing' : 'invalid';
}

describe('readNumber', () => {
  it('reads every double exactly, in every notation', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.integer({ min: 0, max: 20 }),
        (value, digits) => {
          for (const text of [String(value), value.toExponential(digits), value.toFixed(digits)]) {
            expect(read(text)).toBe(Number(text));
          }
        },
      ),
    );
  });

  it('reads long runs of digits exactly', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[+-]?[0-9]{1,30}\.[0-9]{0,30}$/), (text) => {
        expect(read(text)).toBe(Number(text));
      }),
    );
  });

  it.each([
    ['  12.5 ', 12.5],
    ['+3', 3],
    ['.5', 0.5],
    ['5.', 5],
    ['-inf', -Infinity],
    ['Infinity', Infinity],
    ['1e3', 1000],
  ])('reads %j', (text, value) => expect(read(text)).toBe(value));

  it.each(['', '  ', 'NA', 'n/a', 'NaN', 'null', 'None'])('takes %j as missing', (text) =>
    expect(read(text)).toBe('missing'),
  );

  it.each(['x', '1,5', '1 2', '1.2.3', '0x10', '1e', '-', '.', '1_000', '12abc', '１'])(
    'refuses %j',
    (text) => expect(read(text)).toBe('invalid'),
  );

  it('takes a decimal comma where the delimiter is none', () => {
    expect(read('1,5', true)).toBe(1.5);
    expect(read('-1,5e3', true)).toBe(-1500);
    expect(read('1.234,5', true)).toBe('invalid');
  });
});
