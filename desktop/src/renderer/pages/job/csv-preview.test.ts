import { expect, it } from 'vitest';
import { previewCsv } from './csv-preview.js';

it('reads quotes, embedded commas and line breaks', () => {
  const text = 'id,"a ""b"", c"\r\n1,"two\nlines"\r\n';
  expect(previewCsv(text, 10, true)).toEqual({ header: ['id', 'a "b", c'], rows: [['1', 'two\nlines']] });
});

it('leaves out a line that was cut off', () => {
  expect(previewCsv('a,b\n1,2\n3,', 10, false).rows).toEqual([['1', '2']]);
  expect(previewCsv('a,b\n1,2\n3,4', 10, true).rows).toEqual([
    ['1', '2'],
    ['3', '4'],
  ]);
});

it('stops after as many rows as asked for', () => {
  const text = `x\n${'1\n'.repeat(1000)}`;
  expect(previewCsv(text, 5, true).rows).toHaveLength(5);
  expect(previewCsv('', 5, true)).toEqual({ header: [], rows: [] });
});
