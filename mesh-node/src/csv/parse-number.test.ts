import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isMissing, readNumber, wholeNumber } from './parse-number.js';

const signs = { point: 0x2e, comma: 0x2c, none: 0 };

/** What the reader of numbers that programs write makes of a text; undefined for what it leaves to others. */
function read(text: string, sign: keyof typeof signs = 'point'): number | undefined {
  const bytes = Buffer.from(`|${text}|`);
  const target = new Float64Array(1);
  const plain = readNumber(bytes, 1, bytes.length - 1, signs[sign], target, 0);
  return plain ? target[0] : undefined;
}

describe('readNumber', () => {
  it('reads every double of usual size exactly, in every notation', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, min: -1e30, max: 1e30 }),
        fc.integer({ min: 0, max: 20 }),
        (value, digits) => {
          for (const text of [String(value), value.toExponential(digits), value.toFixed(digits)]) {
            expect(read(text)).toBe(Number(text));
            expect(read(text.replace('.', ','), 'comma')).toBe(Number(text));
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

  it('reads digits around the 53rd bit exactly', () => {
    fc.assert(
      fc.property(fc.integer({ min: -2000, max: 2000 }), fc.integer({ min: -30, max: 22 }), (near, power) => {
        const text = `${BigInt(2 ** 53) + BigInt(near)}e${power}`;
        expect(read(text)).toBe(Number(text));
      }),
    );
  });

  it.each([
    ['  12.5 ', 12.5],
    ['+3', 3],
    ['.5', 0.5],
    ['5.', 5],
    ['-0', -0],
    ['1e3', 1000],
    ['-1.5E-7', -1.5e-7],
    ['1e-400', 0],
    ['3.4e38', undefined],
    ['1e+37', 1e37],
  ])('reads %j', (text, value) => expect(read(text)).toBe(value));

  it.each(['', '  ', 'NA', 'x', '1,5', '1 2', '1.2.3', '0x10', 'inf', '-', '.', '1_000', '12abc', '１'])(
    'leaves %j',
    (text) => expect(read(text)).toBeUndefined(),
  );

  it('takes one decimal sign, or none', () => {
    expect(read('1,5', 'comma')).toBe(1.5);
    expect(read('1.5', 'comma')).toBeUndefined();
    expect(read('1.5', 'none')).toBeUndefined();
    expect(read('15', 'none')).toBe(15);
  });
});

describe('wholeNumber', () => {
  it.each([
    ['9007199254740993', 9007199254740993n],
    ['9007199254740993.000', 9007199254740993n],
    ['2e3', 2000n],
    ['1.5E1', 15n],
    ['0e999', 0n],
  ])('reads %s exactly', (digits, value) => {
    expect(wholeNumber(digits, false)).toBe(value);
    expect(wholeNumber(digits, true)).toBe(-value);
  });

  it.each(['2.5', '1e-1', '1e999', 'Infinity', ''])('finds none in %j', (digits) => {
    expect(wholeNumber(digits, false)).toBeUndefined();
  });
});

it.each(['', '  ', 'NA', 'n/a', 'NaN', 'null', 'None', '#N/A'])('takes %j as missing', (text) => {
  expect(isMissing(text)).toBe(true);
});
