import { madeTableReading } from '@meshdeck/shared';
import { findForm } from '@meshdeck/shared/csv';
import { expect, it } from 'vitest';
import { convertText, fileOf } from './fixtures/convert-text.js';
import { convertWorkbookOf } from './fixtures/workbook-of.js';
import { convertJson } from './json/convert-json.js';

const cell = (value: string | number) =>
  typeof value === 'number' ? `<c><v>${value}</v></c>` : `<c t="inlineStr"><is><t>${value}</t></is></c>`;
const sheet = async (rows: (string | number)[][]) =>
  convertWorkbookOf({ rows: rows.map((row) => `<row>${row.map(cell).join('')}</row>`).join('') });
const json = async (rows: object[]) =>
  convertText(convertJson, await fileOf(rows.map((row) => JSON.stringify(row)).join('\n')));

it.each<[string, (string | number)[], true | undefined]>([
  ['1,250 beside whole numbers', ['1,250', 1250], true],
  ['1,5 beside whole numbers', ['1,5', 1250], true],
  ['1.250,50 alone', ['1.250,50', '3'], true],
  ['1.250 beside whole numbers', ['1.250', 2], true],
  ['1.125 and 1250 as numbers', [1.125, 1250], undefined],
  ['texts with a sure point', ['1.5', '2.25', 3], undefined],
  ['1,5 beside a fraction, which no number input takes', ['1,5', 0.5], undefined],
])('%s: whether texts tell the decimal sign', async (_what, values, textNumbers) => {
  const made = await sheet([['name', 'x'], ...values.map((value) => ['a', value])]);
  expect(made.textNumbers).toBe(textNumbers);
  expect((await json(values.map((x) => ({ name: 'a', x })))).textNumbers).toBe(textNumbers);
  const { decimal } = { decimal: ',', ...madeTableReading({ format: 'xlsx', ...made }) };
  expect(decimal).toBe(textNumbers === true ? ',' : '.');
});

it('refuses a text that can be two numbers where number cells have fractions', async () => {
  const rows = [
    ['price', 'share'],
    ['1,250', 0.5],
    ['2,500', 1.125],
  ];
  await expect(sheet(rows)).rejects.toThrow(
    'Cell A2 of sheet "S" holds the text "1,250", which can be 1250 or 1.250, while other cells of the table are numbers and do not tell.',
  );
  await expect(json([{ p: '1,250', s: 0.5 }])).rejects.toThrow(
    'table.json, line 1: "p" holds the text "1,250"',
  );
  const shows = await sheet([...rows, ['1,250,000', 1]]);
  expect(shows.textNumbers).toBe(undefined);
});

it('leaves columns of words with a number among them alone', async () => {
  const words = Array.from({ length: 8 }, (_, at) => ({ t: at === 3 ? '1,250' : `word ${at}`, x: 0.5 }));
  expect((await json(words)).textNumbers).toBe(undefined);
});

it.each([
  ['numbers as names', [{ 450: 1, 532: 2 }], 2],
  ['a note at the end', [{ a: 1, b: 3 }, { a: 2, b: 4 }, { a: 'unknown' }], 4],
  [
    'a total at the end',
    [
      { a: 'x', b: 3 },
      { a: 'y', b: 3 },
      { a: 'Total', b: 6 },
    ],
    4,
  ],
])('keeps every row of JSON: %s', async (_what, rows, lines) => {
  const { text } = await json(rows);
  const head = Buffer.from(text);
  expect(text.trimEnd().split('\n')).toHaveLength(lines);
  const { form } = findForm(
    { head, tail: Buffer.alloc(0), isWhole: true, hasAllRows: true },
    { header: 3, ...madeTableReading({ format: 'json' }) },
  );
  expect(form).toMatchObject({ headerLine: 1, firstRowLine: 2, footerBytes: 0, skipped: [] });
});
