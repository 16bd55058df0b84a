import type { ResultColumn } from '@meshdeck/shared';
import { describe, expect, it } from 'vitest';
import { displayedCell, columnReference, columnTitle, displayedProbability } from './cell-text.js';

describe('a cell', () => {
  it.each([
    ['0.16316526', '0.16317'],
    ['-12.3456789', '-12.346'],
    ['123456.789012', '123456.8'],
    ['1.5e-8', '1.5e-8'],
    ['1.52345678e-8', '1.52e-8'],
    ['3.40282347e+38', '3.40e+38'],
  ])('with many digits is rounded: %s', (text, shown) => expect(displayedCell(text)).toBe(shown));

  it.each([
    '0.5',
    '1234567890123',
    '0012345678',
    '1,23456789',
    '2024-01-01',
    '1.2.3.4.5.6',
    '=1.23456789',
    '',
    'NaN',
    '12.5 kg',
  ])('that is no such number stays as it is: %j', (text) => expect(displayedCell(text)).toBe(text));
});

it('a probability has four decimals', () => {
  expect(['0.99958237', '3.1e-08', '0.25', '1', '', 'NaN', '12.3456789'].map(displayedProbability)).toEqual([
    '0.9996',
    '0.0000',
    '0.25',
    '1',
    '',
    'NaN',
    '12.346',
  ]);
});

describe('a column', () => {
  const columns = ['a', 'b', 'a', '', 'none', ' c'].map((name, index): ResultColumn => ({
    index,
    name,
    role: 'input',
  }));

  it('is asked for by its name where no other has it, else by its place', () => {
    expect(columns.map((column) => columnReference(column, columns))).toEqual([
      '#1',
      'b',
      '#3',
      '#4',
      '#5',
      '#6',
    ]);
  });

  it('without a name is called by its place', () => {
    expect(columns.map(columnTitle)).toEqual(['a', 'b', 'a', '#4', 'none', ' c']);
  });
});
