import { describe, expect, it } from 'vitest';
import type { ParamDeclaration } from '../models/param.js';
import { plainParam, readParam } from './read-param.js';

const number = { type: 'number' } as const;
const integer = { type: 'integer' } as const;
const boolean = { type: 'boolean' } as const;

describe('a value that was given', () => {
  it.each<[ParamDeclaration, string | number | boolean, string | number | boolean]>([
    [number, '0.5', 0.5],
    [number, ' 3 ', 3],
    [number, 3, 3],
    [number, '.5', 0.5],
    [number, '1e-3', 0.001],
    [number, '+2', 2],
    [number, '-0', 0],
    [integer, '10', 10],
    [integer, 10, 10],
    [integer, '-3', -3],
    [boolean, 'true', true],
    [boolean, false, false],
    [{ type: 'string' }, '', ''],
    [{ type: 'string' }, 'it is "so"', 'it is "so"'],
    [{ type: 'string' }, 2, '2'],
    [{ type: 'text' }, 'two\nlines', 'two\nlines'],
  ])('%j takes %j as %j', (declaration, given, value) => {
    expect(readParam(declaration, given)).toEqual({ value });
  });

  it.each<[ParamDeclaration, string | number | boolean, string]>([
    [number, '', 'needs a number, and is empty'],
    [number, 'high', 'needs a number, not "high"'],
    [number, 'NaN', 'needs a number; NaN is none that JSON can hold'],
    [number, '-Infinity', 'needs a number; -Infinity is none that JSON can hold'],
    [number, '1e400', 'needs a number; "1e400" is larger than any may be'],
    [number, '1e-400', 'needs a number; "1e-400" is so small that it would become 0'],
    [number, '01', 'needs a number; "01" begins with a 0: write it without'],
    [number, '0,5', 'needs a number; write 0.5 instead of "0,5"'],
    [number, '0x10', 'needs a number, not "0x10"'],
    [number, true, 'needs a number, not "true"'],
    [integer, '1.5', 'needs a whole number, not "1.5"'],
    [integer, '01', 'needs a whole number; "01" begins with a 0: write it without'],
    [integer, 1e21, 'needs a whole number, not "1e+21"'],
    [
      integer,
      '9007199254740993',
      'needs a whole number of at most 9007199254740991; "9007199254740993" would lose digits',
    ],
    [boolean, 'yes', 'needs true or false, not "yes"'],
    [boolean, 'True', 'needs true or false, not "True"'],
    [boolean, 1, 'needs true or false, not "1"'],
    [{ type: 'string' }, 'two\nlines', 'needs one line; a parameter of the type "text" may have more'],
    [{ type: 'number', min: 0, max: 10 }, '-1', 'has to be 0 at least, not -1'],
    [{ type: 'number', min: 0, max: 10 }, '11', 'has to be 10 at most, not 11'],
    [{ type: 'string', choices: ['a', 'b'] }, 'c', 'has to be one of "a", "b", not "c"'],
    [
      { type: 'string', choices: ['a'] },
      'x'.repeat(1_000_000),
      `has to be one of "a", not "${'x'.repeat(57)}..."`,
    ],
  ])('%j refuses %j', (declaration, given, problem) => {
    expect(readParam(declaration, given)).toEqual({ problem });
  });
});

it('takes a text for a number only where nothing of it is lost', () => {
  expect(['0.5', '3', '-1', 'true', 'false'].map(plainParam)).toEqual([0.5, 3, -1, true, false]);
  const texts = ['', '01', '1.10', '1e400', 'NaN', 'yes', 'True', ' 1', '+1', '0x10', '12345678901234567890'];
  expect(texts.map(plainParam)).toEqual(texts);
});
