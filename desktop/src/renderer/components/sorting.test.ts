import { expect, it } from 'vitest';
import { matchesWords, sorted } from './sorting.js';

it('sorts numbers in names by size and leaves the unknown last both ways', () => {
  const names = ['lab-10', null, 'lab-2'];
  expect(sorted(names, (name) => name, false)).toEqual(['lab-2', 'lab-10', null]);
  expect(sorted(names, (name) => name, true)).toEqual(['lab-10', 'lab-2', null]);
});

it('keeps the order of equals and the array it was given', () => {
  const rows = [
    { id: 1, score: 5 },
    { id: 2, score: 5 },
    { id: 3, score: 9 },
  ];
  expect(sorted(rows, (row) => row.score, true).map((row) => row.id)).toEqual([3, 1, 2]);
  expect(rows.map((row) => row.id)).toEqual([1, 2, 3]);
});

it('finds rows by all the words typed, in any order', () => {
  expect(matchesWords(['Lab-2', 'Linux x64', null], 'x64 lab')).toBe(true);
  expect(matchesWords(['Lab-2'], 'lab windows')).toBe(false);
  expect(matchesWords(['Lab-2'], '')).toBe(true);
});
