import { describe, expect, it } from 'vitest';
import { differenceWords } from './verdict.js';

const difference = {
  rowsExpected: 450,
  rowsFound: 450,
  rowsDifferent: 3,
  first: { row: 12, column: 2, columnName: 'p', expected: '0.25', found: '0.75' },
  largestNumericDifference: 0.5,
};

describe('the words for a difference', () => {
  it('name the first value, how many rows, and how far numbers are apart', () => {
    expect(differenceWords(difference)).toBe(
      'Different: 3 of 450 rows differ. The first is row 12, column 2 (p): "0.25" the first time and "0.75" now. Numbers differ by at most 0.5.',
    );
  });

  it('say when rows are missing, and where', () => {
    const first = { row: 449, column: 1, columnName: 'id', expected: '449', found: null };
    const shorter = { ...difference, rowsFound: 448, first, largestNumericDifference: null };
    expect(differenceWords(shorter)).toBe(
      'Different: 450 rows the first time, 448 now. The first is row 449, column 1 (id): "449" the first time and nothing now.',
    );
  });

  it('say when only the writing differs, or the header', () => {
    expect(differenceWords({ ...difference, rowsDifferent: 0, first: null })).toBe(
      'Different only in how it is written (quotes, line endings or empty lines): all values of the 450 rows are the same.',
    );
    const first = { row: 0, column: 2, columnName: 'p', expected: 'p', found: 'q' };
    expect(differenceWords({ ...difference, first })).toContain('Column 2 of the header was "p"');
  });
});
