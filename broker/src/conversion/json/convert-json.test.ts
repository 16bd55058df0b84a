import { expect, it } from 'vitest';
import { convertText, fileOf } from '../fixtures/convert-text.js';
import { convertJson } from './convert-json.js';

const convert = async (content: string | Buffer) => convertText(convertJson, await fileOf(content));

it('keeps every digit, and makes of lines what a list of the same objects makes', async () => {
  const objects = [
    '{"id": 9007199254740993, "x": 0.10, "s": "007"}',
    '{"x": 1E5, "id": -0, "s": "a,b", "new": null}',
  ];
  const csv = ['id,x,s,new', '9007199254740993,0.10,007,', '-0,1E5,"a,b",'];
  const lines = await convert(objects.join('\n'));
  expect(lines.lines).toEqual(csv);
  expect(lines.notes).toEqual(['Not in every row, and missing where they are not: "new".']);
  expect((await convert(`[${objects.join(',\n')}]\n`)).lines).toEqual(csv);
});

it('takes a byte order mark, CR LF, blank lines and objects over several lines', async () => {
  const { lines } = await convert('\ufeff{"a": 1,\r\n "b": "}"}\r\n\r\n  {"a": 2, "b": "\\"\\u00e9"}\r\n');
  expect(lines).toEqual(['a,b', '1,"}"', '2,"""é"']);
});

it('makes columns of objects inside of rows, and says so and what is mixed', async () => {
  const { lines, notes } = await convert('{"a": {"b": 1, "c": {"d": true}}, "e": NaN}\n{"e": "x"}');
  expect(lines).toEqual(['a.b,a.c.d,e', '1,True,NaN', ',,x']);
  expect(notes).toEqual([
    'Objects inside of rows became columns: "a.b", "a.c.d".',
    'Not in every row, and missing where they are not: "a.b", "a.c.d".',
    '"e" holds 1 numbers and 1 texts.',
  ]);
});

it.each([
  ['{"place": {"x": 1, "y": 2}, "n": 5}', ['place.x,place.y,n', '1,2,5']],
  ['{"counts": {"0": 1, "1": 2}, "n": 5}', ['counts.0,counts.1,n', '1,2,5']],
  ['{"a": {"b": 1}}', ['a.b', '1']],
])('takes one object alone for a row where it is none of columns: %s', async (content, lines) => {
  expect((await convert(content)).lines).toEqual(lines);
});

it('reads pieces that are cut anywhere', async () => {
  const rows = Array.from({ length: 40_000 }, (_, at) => `{"n": ${at}, "t": "é${at}"}`);
  const { lines } = await convert(rows.join('\n'));
  expect(lines.length).toBe(40_001);
  expect(lines.at(-1)).toBe('39999,é39999');
});

it.each([
  ['{"a": 1}\n{"a": [1, 2]}', 'line 2: "a" holds a list'],
  ['{"a": 1, "a": 2}', 'line 1: "a" stands there twice'],
  ['{"a.b": 1, "a": {"b": 2}}', '"a.b" stands there twice'],
  ['{"a": {"0": 1, "1": 2}, "b": {"0": 3}}', 'orient="records", lines=True'],
  ['{"name": "x", "data": {"0": {"a": 1}, "1": {"a": 2}}}', 'orient="records", lines=True'],
  ['{"x": {"r1": 1, "r2": 2}, "y": {"r1": 3, "r2": 4}}', 'orient="records", lines=True'],
  ['{"schema": {"v": 1}, "data": [{"a": 1}]}', 'orient="records", lines=True'],
  ['{"data": [{"a": 1}]}', 'orient="records", lines=True'],
  ['{"a": 1}\n{"a": 2', 'it is cut off'],
  ['[{"a": 1}, {"a": 2}', 'it is cut off'],
  ['[{"a": 1} {"a": 2}]', 'a comma is missing'],
  ['[{"a": 1},]', 'ends behind a comma'],
  ['[[1, 2], [3, 4]]', 'where an object such as'],
  ['{"a": 01}', 'it is no JSON from'],
  ["{'a': 1}\n", 'it is no JSON from'],
  ['{"a": "\\ud800"}', 'half a character'],
  [Buffer.from('{"a": "\xe9"}', 'latin1'), 'is no UTF-8'],
  ['[]', 'holds no object'],
  ['[{}]', 'are empty'],
])('refuses %s', async (content, words) => {
  await expect(convert(content)).rejects.toThrow(words);
});
