import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cellText } from './csv-block.js';
import { openCsv } from './read-csv.js';
import { fileSource } from './table-source.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meshdeck-csv-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(content: string | Buffer, chunkBytes?: number) {
  const path = join(folder, 'table.csv');
  await writeFile(path, content);
  const reader = await openCsv({
    source: await fileSource(path),
    ...(chunkBytes === undefined ? {} : { chunkBytes }),
  });
  const rows: string[][] = [];
  const lines: number[] = [];
  const raw: string[] = [];
  try {
    for await (const block of reader.blocks()) {
      for (let row = 0; row < block.rows; row++) {
        rows.push(Array.from({ length: block.columns }, (_, column) => cellText(block, row, column)));
        lines.push(block.lines[row] ?? 0);
        raw.push(block.raw.toString('utf8', block.rowStarts[row], block.rowEnds[row]));
      }
    }
    return {
      header: reader.header,
      dialect: reader.dialect,
      rows,
      lines,
      raw,
      bytesDone: reader.bytesDone(),
    };
  } finally {
    await reader.close();
  }
}

describe('dialects', () => {
  it.each([
    [
      'comma, LF',
      'a,b\n1,x\n2,"y, z"\n',
      { delimiter: ',', lineEnding: '\n', bom: false },
      [
        ['1', 'x'],
        ['2', 'y, z'],
      ],
    ],
    [
      'comma, CRLF, byte order mark, no last newline',
      '\ufeffa,b\r\n1,x\r\n2,',
      { delimiter: ',', lineEnding: '\r\n', bom: true },
      [
        ['1', 'x'],
        ['2', ''],
      ],
    ],
    [
      'semicolon with decimal commas',
      'a;b\n1,5;x\n2;y\n',
      { delimiter: ';', lineEnding: '\n', bom: false },
      [
        ['1,5', 'x'],
        ['2', 'y'],
      ],
    ],
    ['tab', 'a\tb, c\n1\tx y\n', { delimiter: '\t', lineEnding: '\n', bom: false }, [['1', 'x y']]],
    [
      'quoted header and embedded newlines',
      '"a;b","c\nd"\r\n"1\r\n2","say ""hi"""\r\n',
      { delimiter: ',', lineEnding: '\r\n', bom: false },
      [['1\r\n2', 'say "hi"']],
    ],
    ['one column', 'a\n1\n2\n', { delimiter: ',', lineEnding: '\n', bom: false }, [['1'], ['2']]],
  ])('reads %s', async (_, text, dialect, rows) => {
    const table = await read(text);
    expect(table.dialect).toEqual(dialect);
    expect(table.rows).toEqual(rows);
    expect(table.bytesDone).toBe(Buffer.byteLength(text));
  });

  it('gives each record as the file has it, and its line', async () => {
    const table = await read('a,b\n\n1,"x\ny"\r\n\n3,4\n');
    expect(table.raw).toEqual(['1,"x\ny"', '3,4']);
    expect(table.lines).toEqual([3, 6]);
  });
});

describe('any table written by csv-stringify', () => {
  const text = fc.oneof(
    fc.string(),
    fc.stringMatching(/^[a-z0-9 ]{0,6}$/),
    fc
      .array(fc.constantFrom('"', ',', ';', '\t', '\n', '\r\n', 'é', '日', 'x', ' '))
      .map((parts) => parts.join('')),
  );
  const anyTable = fc.integer({ min: 2, max: 5 }).chain((columns) =>
    fc.record({
      rows: fc
        .array(fc.constantFrom(text, fc.double({ noNaN: true }).map(String)), {
          minLength: columns,
          maxLength: columns,
        })
        .chain((cells) => fc.array(fc.tuple(...cells), { minLength: 1, maxLength: 30 })),
      delimiter: fc.constantFrom(',', ';', '\t'),
      lineEnding: fc.constantFrom('\n', '\r\n'),
      bom: fc.boolean(),
      chunkBytes: fc.integer({ min: 1, max: 200 }),
    }),
  );

  it('is read back the same, however the file is cut into chunks', async () => {
    await fc.assert(
      fc.asyncProperty(anyTable, async ({ delimiter, lineEnding, bom, chunkBytes, ...table }) => {
        // A row of nothing but blanks is none, and one with its first value alone (`* per year`) may be a note.
        const isBare = (row: readonly string[]) => row.slice(1).every((value) => /^[ \t]*$/.test(value));
        const rows = table.rows.map((row) => (isBare(row) ? [row[0] ?? '', 'x', ...row.slice(2)] : row));
        const header = rows[0]?.map((_, column) => `column ${column}`) ?? [];
        // Left to itself csv-stringify quotes no line ending but its own; a table must, to be readable at all.
        const options = { delimiter, record_delimiter: lineEnding, quoted_match: /[\r\n]/ };
        const text = stringify([header, ...rows], { ...options, bom });
        const back = await read(text, chunkBytes);
        expect(back.header).toEqual(header);
        expect(back.rows).toEqual(rows);
        expect(back.raw.join(lineEnding)).toBe(stringify(rows, { ...options, eof: false }));
      }),
      { numRuns: 300 },
    );
  });
});

describe('wrong tables', () => {
  const rejects = (content: string | Buffer, code: string, message: string | RegExp, chunkBytes?: number) =>
    expect(read(content, chunkBytes)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    });

  it('names the line and both counts of a ragged row, also after embedded newlines', async () => {
    await rejects('a,b,c,d\n1,2,3,4\n1,2,3,4,5\n', 'csv-malformed', 'Line 3 has 5 fields, the header has 4.');
    await rejects('a,b\n1,2\n3\n', 'csv-malformed', 'Line 3 has 1 field, the header has 2.');
    await rejects(
      'a,b\n1,2\n# moved\n3,4\n',
      'csv-malformed',
      'Line 3 has 1 field, the header has 2. It says "# moved": take it out if that is a comment.',
    );
    await rejects(
      'a,b\n1,2\n3;4\n',
      'csv-malformed',
      'Line 3 has 1 field, the header has 2. It says "3;4": part its values by the delimiter of the other lines.',
    );
    await rejects(
      'a,b,c\n1,2\n3,4\n',
      'csv-malformed',
      'Line 2 has 2 fields, the header has 3. Write a missing value as an empty field; if every row has so many, there is one name too many.',
    );
    await rejects('a,b\n1,"x\n\ny"\n\n3,4,5\n', 'csv-malformed', 'Line 6 has 3 fields, the header has 2.');
    await rejects('a,b\n1,"x\n\ny"\n\n3,4,5\n', 'csv-malformed', 'Line 6 has 3 fields, the header has 2.', 3);
  });

  it('names the line of a value behind its closing quote and of an unclosed quote', async () => {
    await rejects(
      'a,b\n1,2\n3,"5" pipe\n4,5\n',
      'csv-malformed',
      'Line 3 has a quoted value with something behind its closing quote.',
    );
    await rejects('a,b\n1,2\n3,"five\n4,5\n', 'csv-malformed', 'Line 3 opens a quote that is never closed.');
  });

  it('does not take a quote that never closes into memory whole', async () => {
    const text = `a,b\n1,"${'x,y\n'.repeat(6_000_000)}`;
    await rejects(text, 'csv-malformed', 'Line 2 opens a quote that is never closed.');
  });

  it('refuses an empty file, and a header without rows', async () => {
    await rejects('', 'csv-empty', 'The CSV is empty.');
    await rejects('\ufeff\r\n \n', 'csv-empty', 'The CSV is empty.');
    await rejects('a,b\n\n', 'csv-empty', 'has a header but no rows');
  });

  it('says what to do with what is no CSV', async () => {
    await rejects(Buffer.from('PK\x03\x04rest'), 'csv-malformed', 'spreadsheet');
    await rejects(Buffer.from([1, 0, 2, 0, 10]), 'csv-malformed', 'binary');
    await rejects('x'.repeat(20_000_000), 'csv-malformed', 'Line 1 is longer than 8 MB.');
    await rejects(
      `a,b\n1,2\n3,4\n5,6\n${'x'.repeat(20_000_000)}`,
      'csv-malformed',
      'Line 5 is longer than 8 MB.',
    );
  });
});
