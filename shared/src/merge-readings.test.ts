import { describe, expect, it } from 'vitest';
import { rowNotes } from './csv/structure/row-notes.js';
import { mergeReadings, readingOfLaterPart } from './merge-readings.js';
import type { ColumnValues, Reading } from './models/reading.js';

const cells = (column: string, unseen: number, unseenExamples: string[]): ColumnValues => ({
  ...{ column, input: 'city', missing: 1, unseen, unseenExamples, trimmable: 0 },
});

const part = (more: Partial<Reading> & { skipped?: Reading['table']['skipped'] } = {}): Reading => {
  const { skipped = [], ...rest } = more;
  return {
    table: {
      encoding: 'utf-8',
      delimiter: ';',
      decimal: null,
      thousands: null,
      headerLine: 2,
      firstRowLine: 3,
      columns: ['city'],
      skipped: [{ line: 1, lines: 1, what: 'separator', text: 'sep=;' }, ...skipped],
      notes: [],
    },
    inputs: [],
    aside: [],
    outputs: [],
    values: [],
    warnings: [],
    told: {},
    ...rest,
  };
};

describe('readings of parts', () => {
  it('become one that adds up what was noticed, in whatever order they come', () => {
    const parts = [
      part({ values: [cells('city', 2, ['Köln'])], warnings: ['a'] }),
      part({
        values: [cells('city', 3, ['Basel', 'Köln']), cells('town', 1, ['Ulm'])],
        warnings: ['a', 'b'],
      }),
      part({ values: [] }),
    ];
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 0, 2],
    ]) {
      const [first = part(), ...others] = order.map((at) => parts[at] ?? part());
      const merged = others.reduce(mergeReadings, first);
      const byColumn = new Map(merged.values.map((values) => [values.column, values]));
      expect(byColumn.get('city')).toMatchObject({ missing: 2, unseen: 5, trimmable: 0 });
      expect(byColumn.get('city')?.unseenExamples.toSorted()).toEqual(['Basel', 'Köln']);
      expect(byColumn.get('town')).toMatchObject({ unseen: 1 });
      expect(merged.warnings.toSorted()).toEqual(['a', 'b']);
    }
  });

  it('tell the lines above the rows once, and of a total in the last part no line of the file', () => {
    const last = readingOfLaterPart(
      part({ skipped: [{ line: 41, lines: 1, what: 'total', text: 'Summe;7' }] }),
    );
    for (const merged of [mergeReadings(part(), last), mergeReadings(last, part())]) {
      expect(merged.table.skipped).toEqual([
        { line: 1, lines: 1, what: 'separator', text: 'sep=;' },
        { line: null, lines: 1, what: 'total', text: 'Summe;7' },
      ]);
    }
  });

  it('add up the rows that their notes count, and say the others once', () => {
    const withNotes = (...notes: string[]) => {
      const made = part();
      return { ...made, table: { ...made.table, notes } };
    };
    const noted = (blankRows: number) =>
      withNotes('The file is Windows-1252 text.', ...rowNotes({ blankRows, repeatedHeaders: 1 }));
    expect(mergeReadings(mergeReadings(noted(1), noted(0)), noted(11)).table.notes).toEqual([
      'The file is Windows-1252 text.',
      '12 rows are empty: they stay in the result, without a prediction.',
      '3 lines repeat the column names and were left out.',
    ]);
  });

  it('know the decimal sign as soon as one part does', () => {
    const knows = part();
    knows.table.decimal = ',';
    expect(mergeReadings(part(), knows).table.decimal).toBe(',');
    expect(mergeReadings(knows, part()).table.decimal).toBe(',');
  });
});
