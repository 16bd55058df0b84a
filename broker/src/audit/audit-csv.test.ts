import { expect, it } from 'vitest';
import { csvCell } from './audit-csv.js';

it.each([
  ['=1+1', "'=1+1"],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['  =1', "'  =1"],
  ['\t1', `"'\t1"`],
  ['\r1', `"'\r1"`],
  ['\uff1d1+1', "'\uff1d1+1"],
  ['a;=1+1', `"a;'=1+1"`],
  ['a\t=1+1', `"a\t'=1+1"`],
  ['a\r\n=1+1', `"a\r\n'=1+1"`],
  ['"=1+1"', `"""=1+1"""`],
])('tells the formula %j as text', (text, cell) => {
  expect(csvCell(text)).toBe(cell);
});

it.each([
  ['a-b@example.org', 'a-b@example.org'],
  ['a,b', '"a,b"'],
  ['say "a"', '"say ""a"""'],
  ['<b>a</b>', '<b>a</b>'],
  ['', ''],
  [null, ''],
  [-1, '-1'],
])('leaves %j as it is', (value, cell) => {
  expect(csvCell(value)).toBe(cell);
});
