import { describe, expect, it } from 'vitest';
import { readWhole } from './fixtures/read-whole.js';

/** Far more than is looked at to find a table's form. */
const rows = 60_000;
const towns = ['Bonn', 'Kiel', 'Ulm'];
const row = (at: number) => `${towns[at % 3]},${at % 7},"note, ${at}"\n`;
const body = Array.from({ length: rows }, (_, at) => row(at)).join('');

describe('a table larger than what is looked at first', () => {
  it.each([
    ['a note', '\nSource: Eurostat\n'],
    ['a row count of SQL Server', '\n(60000 rows affected)\n'],
    ['a note filled up with delimiters', 'Source: Eurostat,,\n'],
    ['a total without its other values', 'Total,,\n'],
    ['a total with fewer fields', 'Total,180000\n'],
  ])('ends before %s', async (_, below) => {
    const table = await readWhole(`town,n,note\n${body}${below}`);
    expect(table.rows.length).toBe(rows);
    expect(table.reading.skipped.at(-1)).toMatchObject({ line: null, lines: 1 });
    expect(table.reading.notes.join(' ')).toMatch(/A line at the table's end/);
  });

  it('is refused where its last row may add the others up, and read when that is told', async () => {
    const text = `town,n\n${body.replaceAll(/,"note, \d+"/g, '')}Total,180000\n`;
    await expect(readWhole(text)).rejects.toMatchObject({
      code: 'csv-ambiguous',
      message: expect.stringMatching(/"Total".*--footer none.*--footer N/) as string,
    });
    expect((await readWhole(text, { told: { footer: 'none' } })).rows.at(-1)).toEqual(['Total', '180000']);
    expect((await readWhole(text, { told: { footer: rows + 2 } })).rows.length).toBe(rows);
  });

  it('keeps a last row that is called Total where others are', async () => {
    const text = `brand,n\n${'Shell,1\nTotal,2\n'.repeat(rows)}Total,3\n`;
    expect((await readWhole(text)).rows.length).toBe(2 * rows + 1);
  });

  it('keeps the last lines of a value in quotes', async () => {
    const last = '"a\n\nSource: me\n(5 rows affected)"';
    const table = await readWhole(`town,n,note\n${body}Bonn,1,${last}\n`);
    expect(table.rows.at(-1)).toEqual(['Bonn', '1', last.slice(1, -1)]);
  });

  it('leaves out a header that comes again, and names the line of what is wrong behind it', async () => {
    const table = await readWhole(`town,n,note\n${body}town,n,note\n${row(5)}`);
    expect([table.rows.length, table.lines.at(-1)]).toEqual([rows + 1, rows + 3]);
    await expect(readWhole(`town,n,note\n${body}town,n,note\n1,2\n`)).rejects.toThrow(
      `Line ${rows + 3} has 2 fields, the header has 3.`,
    );
  });

  it('is told a line of in another encoding, however far down', async () => {
    const utf8 = Buffer.from(`town,n,note\nKöln,1,x\n${body}`);
    const bytes = Buffer.concat([utf8, Buffer.from('M\xfcnchen,1,x\n', 'latin1')]);
    await expect(readWhole(bytes)).rejects.toThrow(`Line ${rows + 3} has bytes that are no UTF-8`);
  });

  it('names the line of a value where none has been', async () => {
    const text = `a,b\n${'1,2,\n'.repeat(rows)}3,4,5\n`;
    await expect(readWhole(text)).rejects.toThrow(
      `Line ${rows + 2} has a value behind the last of the 2 columns`,
    );
  });
});
