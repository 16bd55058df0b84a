import type { CheckView, Reading } from '@meshdeck/shared';
import { describe, expect, it } from 'vitest';
import { acts, openTerminal, ours, recordingContext } from '../testing.js';
import { checkText, warningLines } from './reading.js';

const reading: Reading = {
  table: {
    encoding: 'windows-1252',
    delimiter: ';',
    decimal: ',',
    thousands: '.',
    headerLine: 3,
    firstRowLine: 4,
    columns: ['Nr', 'Größe', 'Ort'],
    columnsLeftOut: 1200,
    skipped: [
      { line: 1, lines: 2, what: 'preamble', text: 'Messwerte\u001b[2J 2024' },
      { line: null, lines: 1, what: 'total', text: 'Summe;12' },
    ],
    notes: ['The file is Windows-1252 text; the result is UTF-8.'],
  },
  inputs: [
    { input: 'size', columns: ['Größe'], width: 1, how: 'told', note: null },
    { input: 'city', columns: ['Ort'], width: 1, how: 'name', note: null },
  ],
  aside: [{ column: 'Nr', why: 'named as an id' }],
  outputs: [{ output: 'label', columns: ['prediction'], how: 'as the model gives it' }],
  values: [
    {
      ...{ column: 'Ort', input: 'city', missing: 0, trimmable: 1 },
      ...{ unseen: 3, unseenExamples: ['Köln', 'Basel'] },
    },
  ],
  warnings: ['The label is not the largest probability in 2 rows.'],
  told: { header: 3, map: { size: ['Größe'] } },
  leftOut: { warnings: 4 },
};

const check: CheckView = {
  ok: true,
  reading,
  preview: {
    columns: ['Nr', 'Größe', 'Ort', 'prediction'],
    columnsLeftOut: 10,
    rows: [['1', '2,5', 'Ulm', 'small']],
  },
  failure: null,
  lines: ['Messwerte 2024', '', 'Nr;Größe;Ort', '1;2,5;Ulm'],
  rows: 1200,
  complete: false,
  node: { id: 'a', name: 'bench-1' },
  tookMs: 41,
};
/** The same with this text wherever a table, a model or a machine may put one. */
const said = (text: string): CheckView => ({
  ...check,
  node: { id: 'a', name: text },
  source: {
    ...{ file: { sha256: '0'.repeat(64), bytes: 1, name: text }, format: 'xlsx', sheet: text },
    notes: [text],
  },
  preview: { columns: [text, 'prediction'], rows: [[text, text]] },
  reading: {
    table: {
      ...(reading.table ?? expect.fail()),
      columns: [text],
      skipped: [{ line: 1, lines: 1, what: 'preamble', text }],
      notes: [text],
    },
    inputs: [{ input: text, columns: [text], width: 1, how: 'name', note: text }],
    aside: [{ column: text, why: text }],
    outputs: [{ output: text, columns: [text, 'prediction'], how: text }],
    values: [{ column: text, input: text, missing: 1, unseen: 1, unseenExamples: [text], trimmable: 0 }],
    warnings: [text],
    told: { map: { [text]: [text] }, aside: [text], output: text, truth: text },
  },
});
/** And where no table was found: its first lines. */
const refused = (text: string): CheckView => ({
  ...check,
  ok: false,
  preview: null,
  lines: [text, text],
  reading: { inputs: [], aside: [], outputs: [], values: [], warnings: [], told: {} },
  failure: { code: 'csv-malformed', message: text },
});
const { terminal } = recordingContext().context;
const textOf = (change: Partial<CheckView> = {}) =>
  checkText({ app: 'Sizes', table: 'werte.csv' }, { ...check, ...change }, terminal);

describe('a dry run in words', () => {
  it('says how the table is read, what feeds what, what is aside, what comes out and what to know', () => {
    const lines = textOf().split('\n');
    expect(lines[0]).toBe('Sizes on werte.csv: the first 1,200 rows, looked at by bench-1 in 41 ms');
    expect(lines).toEqual(
      expect.arrayContaining([
        'Table    Windows-1252 (Western), semicolon between columns, decimal comma, thousands by points, column names on line 3, rows from line 4',
        'Columns  1,203: Nr, Größe, Ort and 1,200 more',
        'No row   1 line further down, a total: Summe;12',
        'Note     The file is Windows-1252 text; the result is UTF-8.',
        'Input    size from Größe (as told)',
        'Input    city from Ort (by name)',
        'Aside    Nr: named as an id',
        'Output   label -> prediction: as the model gives it',
        'Told     column names on line 3; size from Größe',
        '! The label is not the largest probability in 2 rows.',
        '! Column "Ort": 2 values the model has never seen (in 3 cells): "Köln", "Basel".',
        '! Column "Ort": 1 of these cells would be known without blanks around the text or in another case.',
        '! And 4 more of that kind.',
      ]),
    );
    // What was predicted stands first.
    expect(lines.find((line) => line.startsWith('prediction'))).toMatch(/^prediction +Nr +Größe +Ort$/);
    expect(lines.at(-1)).toBe('and 10 more columns');
  });

  it.each([
    'x\u001b[1A\u001b[2K\rOutput   all is well',
    'x\nOutput   all is well',
    'x\r\n! all is well',
    'x\u2028! all is well',
    '\u202Ellew si lla  tuptuO',
  ])('keeps what a table, a model or a machine says on its line, and harmless: %j', (text) => {
    const { terminal: watched, written } = openTerminal();
    watched.print(checkText({ app: text, table: text }, said(text), watched));
    watched.print(checkText({ app: text, table: text }, refused(text), watched));
    for (const line of warningLines(said(text).reading ?? expect.fail())) watched.note(line);
    const shown = `${written.stdout}${written.stderr}`.replace(ours, '');
    expect(shown).not.toMatch(acts);
    expect(shown.split('\n').filter((line) => /^(Output +all|! all)/.test(line))).toEqual([]);
    // Nothing is left out either: as many lines as for a text that means no harm.
    const { terminal: calm, written: usual } = openTerminal();
    const plain = text.replace(/[^a-z ]+/giu, '_');
    calm.print(checkText({ app: plain, table: plain }, said(plain), calm));
    calm.print(checkText({ app: plain, table: plain }, refused(plain), calm));
    expect(written.stdout.split('\n')).toHaveLength(usual.stdout.split('\n').length);
  });

  it('says what the table was made of, and where no machine looked', () => {
    const file = { sha256: '0'.repeat(64), bytes: 1, name: 'werte.xlsx' };
    const source = { file, format: 'xlsx' as const, sheet: 'Blatt 1', notes: ['1 row is hidden.'] };
    const lines = textOf({ source }).split('\n');
    expect(lines).toContain('Made of  werte.xlsx (Excel workbook), sheet "Blatt 1"');
    expect(lines).toContain('Note     1 row is hidden.');
    const alone = { reading: null, preview: null, lines: [], node: null };
    const failure = { code: 'csv-ambiguous' as const, message: 'Two sheets.' };
    const asked = { file, format: 'xlsx' as const, sheets: ['A', 'B'], notes: [] };
    expect(textOf({ ...alone, ok: false, failure, source: asked })).toBe('Sizes on werte.csv: refused');
    expect(textOf(alone)).toBe('Sizes on werte.csv: the app gets the file as it is and reads it by itself');
  });

  it('shows the first lines of what is no table', () => {
    const { table: _unread, ...rest } = reading;
    const text = textOf({
      ...{ ok: false, preview: null, rows: 0 },
      reading: { ...rest, inputs: [], aside: [], outputs: [], values: [], warnings: [] },
      failure: { code: 'csv-malformed', message: 'No table.' },
    });
    expect(text).toContain('werte.csv: refused, looked at by');
    expect(text).toContain('   3  Nr;Größe;Ort');
  });
});
