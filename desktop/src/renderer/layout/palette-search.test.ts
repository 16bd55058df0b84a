import { expect, it } from 'vitest';
import { matchScore, searchPalette } from './palette-search.js';

const entry = (title: string, kind = 'Machine', hint = '') => ({
  id: title,
  kind,
  title,
  hint,
  run: () => undefined,
});
const entries = [
  entry('Machines', 'Page'),
  entry('lab-2'),
  entry('lab-12'),
  entry('bench', 'Machine', 'lab corner'),
];
const titles = (typed: string) => searchPalette(entries, typed, 10).map((one) => one.title);

it('keeps the given order while nothing is typed', () => {
  expect(titles('')).toEqual(['Machines', 'lab-2', 'lab-12', 'bench']);
});

it('wants every word and puts titles before hints', () => {
  expect(titles('lab')).toEqual(['lab-2', 'lab-12', 'bench']);
  expect(titles('lab 12')).toEqual(['lab-12']);
  expect(titles('zzz')).toEqual([]);
});

it('likes beginnings of words', () => {
  expect(matchScore('iris model', 'mod')).toBeGreaterThan(matchScore('remodel', 'mod'));
});
