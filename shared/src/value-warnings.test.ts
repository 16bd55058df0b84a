import { describe, expect, it } from 'vitest';
import type { ColumnValues } from './models/reading.js';
import { warningsOfValues } from './value-warnings.js';

const values = (more: Partial<ColumnValues>): ColumnValues => ({
  ...{ column: 'Ort', input: 'Ort', missing: 0, unseen: 0, unseenExamples: [], trimmable: 0 },
  ...more,
});

describe('what is said of cells', () => {
  it.each<[string, Partial<ColumnValues>, string[]]>([
    ['nothing', {}, []],
    [
      'values that were never seen',
      { unseen: 2, unseenExamples: ['Köln', 'Basel'] },
      ['Column "Ort": 2 values the model has never seen: "Köln", "Basel".'],
    ],
    [
      'values in more cells',
      { unseen: 7, unseenExamples: ['Köln'] },
      ['Column "Ort": 1 value the model has never seen (in 7 cells): "Köln".'],
    ],
    [
      'more values than are named',
      { unseen: 9, unseenExamples: ['a', 'b', 'c', 'd', 'e'] },
      ['Column "Ort": 9 cells with values the model has never seen, such as "a", "b", "c", "d", "e".'],
    ],
    [
      'texts without a known word',
      { unseen: 1, unseenExamples: ['x'], words: true },
      ['Column "Ort": 1 text without a word that the model knows, such as "x".'],
    ],
    [
      'a value that is written otherwise',
      { unseen: 1, unseenExamples: [' red'], trimmable: 1, near: [{ cell: ' red', known: 'red' }] },
      [
        'Column "Ort": 1 value the model has never seen: " red".',
        'Column "Ort": 1 of these cells would be known without blanks around the text or in another case, such as " red" for "red".',
      ],
    ],
    [
      'a gap',
      { missing: 1 },
      [
        'Column "Ort": 1 cell has no value; the model gets NaN or an empty text there, and many models give a result all the same.',
      ],
    ],
  ])('says %s', (_, more, sentences) => expect(warningsOfValues([values(more)])).toEqual(sentences));
});
