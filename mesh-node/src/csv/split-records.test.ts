import { MeshdeckError } from '@meshdeck/shared';
import { createRecordScanner, readRecord } from '@meshdeck/shared/csv';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cellText, createCsvBlock } from './csv-block.js';
import { splitRecords, type SplitRules } from './split-records.js';

const letters = fc.array(fc.constantFrom('"', ',', '\n', '\r\n', '\r', 'a', 'é', ' ', '""'), {
  maxLength: 30,
});
const rulesFor = (columns: number): SplitRules => ({
  ...{ delimiter: 0x2c, fields: columns, trailing: 0, header: null, hasHeader: true },
});

/** The rows, or what is wrong with them. */
function split(text: string, columns: number): { rows: string[][]; raw: string[]; lines: number[] } | string {
  const block = createCsvBlock(columns);
  const bytes = Buffer.from(text);
  try {
    splitRecords(bytes, rulesFor(columns), 5, true, block);
  } catch (error) {
    if (error instanceof MeshdeckError) return error.message;
    throw error;
  }
  const rows = Array.from({ length: block.rows }, (_, row) =>
    Array.from({ length: columns }, (_cell, column) => cellText(block, row, column)),
  );
  const raw = rows.map((_, row) => block.raw.toString('utf8', block.rowStarts[row], block.rowEnds[row]));
  return { rows, raw, lines: rows.map((_, row) => block.lines[row] ?? 0) };
}

/** Reads the same as text, record by record. */
function readAll(text: string, columns: number): { rows: string[][]; lines: number[] } | 'malformed' {
  const rows: string[][] = [];
  const lines: number[] = [];
  let [at, line] = [0, 5];
  while (at < text.length) {
    const record = readRecord(text, at, line, ',');
    const isEmpty = record.end === record.start || (columns > 1 && record.isBlank);
    if (record.isBroken || (!isEmpty && record.fields.length !== columns)) return 'malformed';
    if (!isEmpty) {
      rows.push(record.fields);
      lines.push(line);
    }
    at = record.next;
    line += record.lines;
  }
  return { rows, lines };
}

it('reads any bytes, well formed or not, as the reader of a table’s first lines does', () => {
  let well = 0;
  fc.assert(
    fc.property(letters, fc.integer({ min: 1, max: 3 }), (parts, columns) => {
      const text = `${parts.join('')}\n`;
      const [ours, theirs] = [split(text, columns), readAll(text, columns)];
      if (theirs === 'malformed') expect(typeof ours).toBe('string');
      else expect(ours).toMatchObject(theirs);
      if (theirs !== 'malformed') well++;
    }),
    { numRuns: 5000 },
  );
  expect(well).toBeGreaterThan(200);
});

it('gives what csv-parse gives for what RFC 4180 knows', () => {
  const cell = fc.oneof(
    fc.stringMatching(/^[a-z0-9é]{1,4}$/),
    fc
      .array(fc.constantFrom('a', ',', '""', '\n', '\r\n', ' '), { maxLength: 5 })
      .map((parts) => `"x${parts.join('')}"`),
  );
  const record = fc.array(cell, { minLength: 3, maxLength: 3 }).map((cells) => cells.join(','));
  fc.assert(
    fc.property(fc.array(record, { maxLength: 8 }), (records) => {
      const text = records.map((line) => `${line}\n`).join('');
      const options = { record_delimiter: ['\r\n', '\n'], skip_empty_lines: true };
      expect(split(text, 3)).toMatchObject({ rows: parse(text, options), raw: records });
    }),
    { numRuns: 1000 },
  );
});

it('has as many rows, and rows of delimiters, as the scanner that cuts tables counts', () => {
  fc.assert(
    fc.property(letters, fc.integer({ min: 1, max: 9 }), (parts, chunkBytes) => {
      const text = `${parts.join('')}\n`;
      const block = createCsvBlock(2);
      try {
        splitRecords(Buffer.from(text), rulesFor(2), 1, true, block);
      } catch {
        return;
      }
      const scanner = createRecordScanner(rulesFor(2));
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length; at += chunkBytes) scanner.take(bytes.subarray(at, at + chunkBytes));
      const empty = block.empty.before.length;
      expect([scanner.finish(), scanner.records()]).toEqual([block.rows, block.rows + empty]);
    }),
    { numRuns: 5000 },
  );
});

it('stops before a record whose quote is open, and goes on with more bytes', () => {
  const block = createCsvBlock(2);
  const bytes = Buffer.from('1,2\n3,"4\n');
  const end = splitRecords(bytes, rulesFor(2), 1, false, block);
  expect([block.rows, end]).toEqual([1, { at: 4, line: 2, openQuote: 2 }]);
  splitRecords(Buffer.from('3,"4\n"\n'), rulesFor(2), end.line, true, block);
  expect([block.rows, cellText(block, 0, 1), block.lines[0]]).toEqual([1, '4\n', 2]);
});
