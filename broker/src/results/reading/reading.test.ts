import { stringify } from 'csv-stringify/sync';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileOf, summarizeText, untilDone } from '../fixtures/summarize-text.js';
import { cellText } from './cell-batch.js';
import { cellNumber, textNumber } from './cell-number.js';
import { columnRoles, findColumn } from './column-roles.js';
import { formBy, pointForm, signEvidence } from './number-form.js';
import { openResult } from './open-result.js';
import { readCells } from './read-cells.js';

/** Names and cells of a table, row by row. */
async function cellsOf(content: string | Uint8Array, delimiter?: string) {
  const table = await openResult(await fileOf(content), delimiter === undefined ? {} : { delimiter });
  const rows: string[][] = [];
  const places: [line: number, offset: number, length: number, width: number][] = [];
  for await (const batch of readCells(table, { signal: untilDone })) {
    for (let row = 0; row < batch.rows; row++) {
      rows.push(table.names.map((_, column) => cellText(batch, row * batch.columns + column)));
      places.push([
        batch.lines[row] as number,
        batch.offsets[row] as number,
        batch.lengths[row] as number,
        batch.widths[row] as number,
      ]);
    }
  }
  return { names: table.names, rows, places };
}

describe('cells', () => {
  it('are those that a general parser finds, in any quoting', async () => {
    const text = fc.oneof(
      fc.string({ maxLength: 6 }),
      fc
        .array(fc.constantFrom('a', ',', ';', '"', '\n', '\r\n', ' ', 'é', '=1+1'), { maxLength: 6 })
        .map((parts) => parts.join('')),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(text, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 8 }),
        fc.constantFrom(',', ';', '\t'),
        fc.constantFrom('\n', '\r\n'),
        async (rows, delimiter, lineEnding) => {
          const csv = stringify([['a', 'b', 'c'], ...rows], {
            delimiter,
            record_delimiter: lineEnding,
            quoted: true,
          });
          const parsed = parse(csv, { delimiter }) as string[][];
          expect((await cellsOf(csv, delimiter)).rows).toEqual(parsed.slice(1));
        },
      ),
      { numRuns: 200 },
    );
  });

  it.each([
    ['blanks before a quote', 'a,b,c\n1, "x, y",3\n', [['1', 'x, y', '3']]],
    [
      'a quote inside a text',
      'a,b,c\n1,5" pipe,3\n4,6" pipe,6\n',
      [
        ['1', '5" pipe', '3'],
        ['4', '6" pipe', '6'],
      ],
    ],
    ['text behind a closing quote', 'a,b\n"x"y,2\n', [['xy', '2']]],
    ['doubled quotes and blanks behind', 'a,b\n"x ""y"""  ,2\n', [['x "y"', '2']]],
    [
      'CR CR LF',
      'a,b\r\r\n1,2\r\r\n3,4\r\r\n',
      [
        ['1', '2'],
        ['3', '4'],
      ],
    ],
    [
      'mixed line ends and no last one',
      'a,b\r\n1,2\n\n3,4',
      [
        ['1', '2'],
        ['3', '4'],
      ],
    ],
    [
      'a quoted line break',
      'a,b\n"x\ny",2\n3,4\n',
      [
        ['x\ny', '2'],
        ['3', '4'],
      ],
    ],
    [
      'rows too short and too long',
      'a,b,c\n1\n1,2,3,4\n',
      [
        ['1', '', ''],
        ['1', '2', '3'],
      ],
    ],
    [
      'rows of nothing but delimiters',
      'a,b\n,\n1,2\n',
      [
        ['', ''],
        ['1', '2'],
      ],
    ],
    ['semicolons beside decimal commas', 'a;b\n1,5;2,5\n', [['1,5', '2,5']]],
    ['tabs', 'a\tb\n1\t2\n', [['1', '2']]],
    ['a byte order mark', '\ufeffa,b\n1,2\n', [['1', '2']]],
  ])('stand right with %s', async (_what, content, rows) => {
    expect((await cellsOf(content)).rows).toEqual(rows);
  });

  it('keep a NUL among the rows; a file with one near its start is no text', async () => {
    const rows = (await cellsOf(`a,b\n${'x,1\n'.repeat(90_000)}\0,2\n`)).rows;
    expect(rows.at(-1)).toEqual(['\0', '2']);
    await expect(cellsOf('a,b\n\0,2\n')).rejects.toMatchObject({ code: 'csv-malformed' });
  });

  it('are read as Windows-1252 where they are no UTF-8', async () => {
    const content = Buffer.from('Stadt,b\nK\xf6ln,1\n', 'latin1');
    expect((await cellsOf(content)).rows).toEqual([['Köln', '1']]);
  });

  it('know their line and place, over rows of many lines and chunks of the file', async () => {
    const row = (number: number) => `${number},"${'x'.repeat(number % 700)}\n${number}"`;
    const content = `a,b\n${Array.from({ length: 3000 }, (_, number) => row(number)).join('\n')}\n`;
    const { rows, places } = await cellsOf(content);
    expect(rows).toHaveLength(3000);
    expect(rows[2345]).toEqual(['2345', `${'x'.repeat(245)}\n2345`]);
    for (const number of [0, 1, 1234, 2999]) {
      const [line, offset, length] = places[number] ?? [0, 0, 0];
      expect(line).toBe(2 + 2 * number);
      expect(content.slice(offset, offset + length)).toBe(row(number));
    }
  });

  it('may be large, up to 8 MB a row; more is refused, and a quote that never closes too', async () => {
    const large = 'y'.repeat(3 * 1024 * 1024);
    expect((await cellsOf(`a,b\n1,${large}\n2,z\n`)).rows.map(([, b]) => b?.length)).toEqual([
      large.length,
      1,
    ]);
    await expect(cellsOf(`a,b\n1,${'y'.repeat(9 * 1024 * 1024)}\n`)).rejects.toMatchObject({
      code: 'csv-malformed',
      message: expect.stringContaining('longer than 8 MB') as string,
    });
    await expect(cellsOf('a,b\n1,2\n3,"4\n5,6\n')).rejects.toMatchObject({
      code: 'csv-malformed',
      message: 'Line 3 of the result opens a quote that is never closed.',
    });
  });
});

describe('a result', () => {
  it.each([
    ['of nothing', '', 'csv-empty'],
    ['of empty lines', '\n\r\n\n', 'csv-empty'],
    ['that is UTF-16', Buffer.from('\ufeffa,b\n1,2\n', 'utf16le'), 'csv-malformed'],
    ['that is a picture', Buffer.from([0x89, 0x50, 0, 0, 10, 0, 1]), 'csv-malformed'],
  ])('%s is refused in a sentence about results', async (_what, content, code) => {
    await expect(summarizeText(content)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(/^The result is /) as string,
    });
  });

  it('without rows has nothing to say', async () => {
    const summary = await summarizeText('a,prediction,probability_x,probability_y\n', { truth: 'a' });
    expect(summary).toMatchObject({ rows: 0, worth: null, distribution: null, certainty: null, notes: [] });
    expect(summary.prediction.why).toBe('"prediction"; the result has no rows.');
  });

  it('of one row, or of one class, is summed up', async () => {
    const one = await summarizeText('a,prediction,probability_x,probability_y\n1,x,0.9,0.1\n', {
      truth: 'prediction',
      prediction: 'a',
    });
    expect(one.rows).toBe(1);
    const same = await summarizeText(`t,prediction\n${'x,x\n'.repeat(60)}`, { truth: 't' });
    expect(same.worth).toMatchObject({
      accuracy: 1,
      classes: 1,
      confusion: { rows: [[60]], hasOthers: false },
    });
  });

  it('of 5,000 columns, of ragged rows, of commands and of other alphabets is summed up', async () => {
    const wide = Array.from({ length: 5000 }, (_, column) => `c${column}`).join(',');
    const row = Array.from({ length: 5000 }, (_, column) => column).join(',');
    const summary = await summarizeText(
      `${wide},prediction\n${`${row},=cmd|' /C calc'!A0\n`.repeat(20)}1,2\n`,
    );
    expect(summary).toMatchObject({ rows: 21, columnsLeftOut: 3001 });
    expect(summary.distribution).toMatchObject({ classes: [{ class: "=cmd|' /C calc'!A0", rows: 20 }] });
    expect(summary.notes).toEqual([
      'One row has fewer cells than there are column names, the first on line 22: the missing ones count as empty.',
    ]);
    const letters = await summarizeText('t,prediction\n犬,犬\n猫,犬\nقط,قط\n', { truth: 't' });
    expect(letters.worth).toMatchObject({ right: 2, classes: 3 });
  });

  it('with NaN and infinite predictions leaves them out and says so', async () => {
    const summary = await summarizeText('t,prediction\n1,1.5\n1,NaN\n1,inf\n2,-1e300\nNaN,2.5\n2,3.5\n', {
      truth: 't',
    });
    expect(summary.prediction).toMatchObject({ kind: 'numbers', missing: 1 });
    expect(summary.worth).toMatchObject({ kind: 'numbers', rows: 2, bias: 1 });
    expect(summary.notes).toEqual(['2 rows with infinite or enormous numbers are left out.']);
    expect(
      (await summarizeText(`t,prediction\n${'1,NaN\n'.repeat(5)}`, { truth: 't' })).prediction,
    ).toMatchObject({
      kind: null,
      why: '"prediction": it is NaN in every row.',
    });
  });

  it('with one probability says what it takes to tell how sure the app was', async () => {
    const { certainty, notes } = await summarizeText('prediction,probability\na,0.9\nb,0.4\n');
    expect(certainty).toBeNull();
    expect(notes).toEqual([expect.stringMatching(/^"probability" alone does not say .* probability_CLASS/)]);
  });

  it('without a column named so says how to name it, and takes another that is chosen', async () => {
    const text = 'x,verdict\n1,good\n2,bad\n';
    const summary = await summarizeText(text, { input: 'x\n1\n2\n' });
    expect(summary.prediction).toMatchObject({
      column: null,
      kind: null,
      why: expect.stringContaining('no column named "prediction"') as string,
    });
    const chosen = await summarizeText(text, { input: 'x\n1\n2\n', prediction: 'verdict' });
    expect(chosen.distribution).toMatchObject({
      classes: [
        { class: 'good', rows: 1 },
        { class: 'bad', rows: 1 },
      ],
    });
    const several = await summarizeText('x,prediction_a,prediction_b\n1,2.5,3\n');
    expect(several.prediction.why).toBe(
      'The result has 2 columns that hold predictions; choose one of them.',
    );
  });
});

describe('columns', () => {
  it("are the table's own by the header of the job's input, each as often as there", () => {
    const names = ['id', 'prediction', 'x', 'x', 'prediction_1', 'probability_a', 'score', 'because'];
    const { columns, prediction } = columnRoles(names, ['id', 'prediction', 'x', 'x']);
    expect(columns.map(({ role }) => role)).toEqual([
      'input',
      'input',
      'input',
      'input',
      'prediction',
      'probability',
      'score',
      'added',
    ]);
    expect(prediction).toBe(4);
  });

  it('are found by name, else by place', () => {
    expect(findColumn(['a', 'b', 'a'], 'a')).toBe(0);
    expect(findColumn(['a', 'b', 'a'], '#3')).toBe(2);
    expect(findColumn(['a', '#1'], '#1')).toBe(1);
    expect(findColumn(['a'], '#2')).toBeUndefined();
    expect(findColumn(['a'], '#0')).toBeUndefined();
  });
});

describe('numbers', () => {
  const read = (text: string, form = pointForm) =>
    cellNumber(Buffer.from(text), 0, Buffer.byteLength(text), form);

  it('are read as JavaScript reads them, to the last bit', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (value) => {
        const text = Number.isFinite(value) ? String(value) : value > 0 ? 'inf' : '-Infinity';
        expect(read(text)).toBe(Object.is(value, -0) ? 0 : value);
      }),
    );
  });

  it.each(['', ' ', 'x', '1,5', '1.2.3', '0x10', '--1', '1e', 'true', '12 kg', '١٢'])(
    'are none in %j',
    (text) => {
      expect(read(text)).toBeNaN();
    },
  );

  it('have the decimal sign that some cells show for certain', () => {
    const form = (...cells: string[]) => formBy(signEvidence(cells));
    expect(form('1,5')).toEqual({ decimal: ',', groups: true });
    expect(form('1.250', '1,250')).toEqual(pointForm);
    expect(form('1.250', '3,5')).toEqual({ decimal: ',', groups: true });
    expect(form('1,5', '1.5')).toEqual(pointForm);
    expect(form('1,250,000')).toEqual({ decimal: '.', groups: true });
    expect(textNumber('1.250,75', { decimal: ',', groups: true })).toBe(1250.75);
    expect(textNumber('1,250', { decimal: '.', groups: true })).toBe(1250);
    expect(textNumber('1.5', { decimal: ',', groups: true })).toBeNaN();
  });

  it('of a column that shows nothing are read as the rest of the table is', async () => {
    const rows = Array.from({ length: 30 }, (_, row) => `${row},5;28,26${row % 10};28.260`);
    const summary = await summarizeText(`x;t;prediction\n${rows.join('\n')}\n`, {
      truth: 't',
      as: 'numbers',
      input: 'x;t\n',
    });
    expect(summary.worth).toMatchObject({ kind: 'numbers', rows: 30 });
    expect((summary.worth as { mae: number }).mae).toBeCloseTo(0.0045, 10);
  });
});
