import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { convertText, fileOf, fixturePath } from '../fixtures/convert-text.js';
import { convertWorkbookOf } from '../fixtures/workbook-of.js';
import { SheetQuestion } from '../refusal.js';
import { convertWorkbook } from './convert-workbook.js';

const convert = (name: string, sheet?: string) =>
  convertText(convertWorkbook, fixturePath(name), sheet === undefined ? {} : { sheet });

const townRows = [
  'code,town,height,share,founded,seen,at,open',
  '007,"Köln, Rhein",53,0.125,1904-02-29,2024-03-05T13:45:10.250,08:30:00,True',
  '008,"the ""old"" one",0.3,0.5,1900-02-28,2024-03-06,23:59:59,False',
  '1e5,"line',
  'break",-1.5e-7,1,1900-03-01,1999-12-31T23:59:59,00:00:00,True',
  '," blanks ",12345678901234570000,,9999-12-31,2024-02-29T00:00:01,12:00:00,False',
];

it('keeps numbers, texts that look like numbers, dates by their format, truth values and gaps', async () => {
  const { lines, notes, sheet, sheets } = await convert('types.xlsx');
  expect(lines).toEqual(townRows);
  expect([sheet, sheets]).toEqual(['Towns', ['Towns']]);
  expect(notes).toEqual(['Shown in percent: D. Taken as the numbers they are: 12% is 0.12.']);
});

it('counts days from 1904 where the workbook does', async () => {
  const { lines } = await convert('days-1904.xlsx');
  expect(lines).toEqual(['day,at', '1904-01-01,06:00:00', '1904-03-01,18:00:00', '2024-02-29,00:00:00']);
});

it('counts days from 1904 where Excel adds extensions with elements of the same names', async () => {
  const { lines } = await convertWorkbookOf({
    before: '<workbookPr date1904="1"/>',
    behind:
      '<calcPr calcId="1"/><extLst><ext><x15:workbookPr chartTrackingRefBase="1"/><x:calcPr fullCalcOnLoad="1"/></ext></extLst>',
    format: 'yyyy-mm-dd',
    rows: '<row><c t="str"><v>day</v></c></row><row><c s="1"><f>60-0</f><v>60</v></c></row>',
  });
  expect(lines).toEqual(['day', '1904-03-01']);
});

it('takes the sheet that is named, a hidden one too, and asks where several are meant', async () => {
  const asked = convert('two-sheets.xlsx');
  await expect(asked).rejects.toThrow(
    'two-sheets.xlsx has 2 sheets with something in them: "Notes", "Values 2024". Choose the one that holds the table (--sheet NAME on the command line).',
  );
  await expect(asked).rejects.toBeInstanceOf(SheetQuestion);
  await expect(asked).rejects.toMatchObject({ sheets: ['Notes', 'Values 2024'] });
  expect(await convert('two-sheets.xlsx', 'values 2024')).toMatchObject({
    lines: ['a,b,c', '1,2,3', '10,20,30.5'],
    sheet: 'Values 2024',
  });
  expect((await convert('two-sheets.xlsx', 'Lookup')).lines).toEqual(['x', '9']);
  await expect(convert('two-sheets.xlsx', 'Empty')).rejects.toMatchObject({ code: 'csv-empty' });
  await expect(convert('two-sheets.xlsx', 'Other')).rejects.toThrow(
    'two-sheets.xlsx has no sheet "Other". Its sheets are "Notes", "Values 2024", "Empty", "Lookup".',
  );
});

it('gives rows the lines of their numbers, without the empty columns before them, and says what is hidden', async () => {
  const { lines, notes } = await convert('placed.xlsx');
  expect(lines).toEqual(['', '"Heights of 2024",,', '', 'id,x,y', '1,2.5,3', '2,4.5,6', '3,6.5,9']);
  expect(notes).toEqual([
    'The table begins in column C: the empty ones before it are left out.',
    'Merged over a row of their own, and taken as one text: C2:E2.',
    '1 row is hidden on the sheet, and taken like the others.',
    'Hidden on the sheet, and taken like the others: E.',
  ]);
});

it('reads what other programs write: prefixes, texts in cells, rows and cells without places, dates as text', async () => {
  expect((await convert('prefixed.xlsx')).lines).toEqual(['"a & b",c', '1,2.5', '', 'x:y,2024-03-05']);
});

it('takes the values of formulas as LibreOffice calculated them', async () => {
  const { lines, notes } = await convert('libreoffice.xlsx');
  expect(lines).toEqual([
    'x,twice,text,some,when,lasted,empty,at',
    '2.2,4.4,v2.2,1,2024-03-02T08:30:00,32:00:00,,13:05:02',
    '3.3,6.6,v3.3,,2024-03-03T08:30:00,33:00:00,,13:05:03',
    '4.4,8.8,v4.4,,2024-03-04T08:30:00,34:00:00,,13:05:04',
  ]);
  expect(notes).toEqual([
    '9 cells are calculated by formulas: taken as last calculated.',
    '2 cells are #N/A: taken as missing.',
  ]);
});

it('puts the runs of a text together, and reads what XML cannot hold', async () => {
  const { text } = await convert('rich-text.xlsx');
  expect(text).toBe('name\n"one two three"\n"_x0041_ tab\tand\rreturn"\n');
});

it('takes #N/A for a missing value and says so', async () => {
  const { lines, notes } = await convert('not-available.xlsx');
  expect(lines).toEqual(['x,y', '1,2', '2,']);
  expect(notes).toEqual(['1 cell is #N/A: taken as missing.']);
});

it.each([
  ['merged-rows.xlsx', /^Cells A2:A3 of sheet "Sheet" are merged, so it is open which rows/],
  ['formula-uncalculated.xlsx', /^Cell B2 of sheet "Sheet" is a formula that has not been calculated/],
  // Its value is 0 in the file, and nobody ever calculated it.
  ['formula-xlsxwriter.xlsx', /^Cell B2 of sheet "Sheet1" is a formula that has not been calculated/],
  ['error.xlsx', /^Cell B3 of sheet "Sheet" holds the error #DIV\/0!\./],
  ['day-60.xlsx', /^Cell A2 of sheet "Sheet" is shown as a date, and its number 60 is none/],
])('refuses %s by its cell', async (name, sentence) => {
  await expect(convert(name)).rejects.toMatchObject({
    code: 'csv-malformed',
    message: expect.stringMatching(sentence) as string,
  });
});

it.each([
  [
    'old.xls',
    Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.from('Workbook', 'utf16le')]),
    'old Excel',
  ],
  [
    'locked.xlsx',
    Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.from('EncryptedPackage', 'utf16le')]),
    'locked by a password',
  ],
  ['cut.xlsx', readFileSync(fixturePath('types.xlsx')).subarray(0, 3000), 'damaged or cut off'],
])('says what %s is', async (name, content, words) => {
  const path = await fileOf(content, name);
  await expect(convertText(convertWorkbook, path)).rejects.toThrow(words);
});
