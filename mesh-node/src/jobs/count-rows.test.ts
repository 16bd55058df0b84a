import fc from 'fast-check';
import { stringify } from 'csv-stringify/sync';
import { expect, it } from 'vitest';
import { createRowCounter } from './count-rows.js';

function count(text: string, chunkBytes = text.length || 1): number {
  const counter = createRowCounter();
  const bytes = Buffer.from(text);
  for (let start = 0; start < bytes.length; start += chunkBytes)
    counter.push(bytes.subarray(start, start + chunkBytes));
  return counter.rows();
}

it.each([
  ['', 0],
  ['a,b\n', 0],
  ['a,b\n1,2', 1],
  ['a,b\n1,2\n', 1],
  ['a,b\r\n1,2\r\n\r\n3,4\r\n', 2],
  ['a,b\n"x\ny",2\n', 1],
  ['a,b\n"say ""hi""\n",2\n3,4\n', 2],
])('counts the rows of %j as %i', (text, rows) => {
  expect(count(text)).toBe(rows);
});

it('counts what was written, however the bytes come', () => {
  const cell = fc.stringMatching(/^[a",\n\r;]{1,5}$/);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(cell, cell), { maxLength: 20 }),
      fc.integer({ min: 1, max: 7 }),
      (rows, chunk) => {
        const text = stringify([['h1', 'h2'], ...rows], { quoted: true });
        expect(count(text, chunk)).toBe(rows.length);
      },
    ),
  );
});
