import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRecordScanner } from './record-scanner.js';

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** Feeds the bytes in pieces of `chunkBytes`. Returns where each record ends. */
function scan(bytes: Uint8Array, chunkBytes: number): { ends: number[]; rows: number; lines: number } {
  const scanner = createRecordScanner();
  const ends: number[] = [];
  for (let from = 0; from < bytes.length; from += chunkBytes) {
    const chunk = bytes.subarray(from, from + chunkBytes);
    for (let at = 0; at < chunk.length;) {
      at += scanner.take(chunk.subarray(at), ends.length + 1);
      if (scanner.rows() > ends.length) ends.push(from + at);
    }
  }
  const rows = scanner.finish();
  if (rows > ends.length) ends.push(bytes.length);
  return { ends, rows, lines: scanner.lines() };
}

const cell = fc.oneof(
  fc.stringMatching(/^[a-z0-9 é]{0,5}$/),
  fc
    .array(fc.constantFrom('a', ',', '""', '\n', '\r\n', '\r', ';'), { maxLength: 5 })
    .map((parts) => `"${parts.join('')}"`),
);
const record = fc.array(cell, { minLength: 1, maxLength: 4 }).map((cells) => cells.join(','));
const table = fc
  .array(fc.tuple(fc.oneof({ weight: 4, arbitrary: record }, fc.constant('')), fc.constantFrom('\n', '\r\n')))
  .chain((records) =>
    fc.boolean().map((cut) => {
      const text = records.map(([fields, lineEnding]) => fields + lineEnding).join('');
      return cut ? text.replace(/\r?\n$/, '') : text;
    }),
  );

describe('the record scanner', () => {
  it('finds the records that csv-parse finds, however the bytes come in', () => {
    fc.assert(
      fc.property(table, fc.integer({ min: 1, max: 9 }), (text, chunkBytes) => {
        const bytes = bytesOf(text);
        const records = parse(text, {
          record_delimiter: ['\r\n', '\n'],
          relax_column_count: true,
          skip_empty_lines: true,
        });
        const { ends, rows, lines } = scan(bytes, chunkBytes);
        expect(rows).toBe(records.length);
        expect(ends.length).toBe(rows);
        expect(lines).toBe(text.split('\n').length - 1);
        const decoder = new TextDecoder();
        ends.forEach((end, index) => {
          const [own] = parse(decoder.decode(bytes.subarray(ends[index - 1] ?? 0, end)), {
            record_delimiter: ['\r\n', '\n'],
            skip_empty_lines: true,
          });
          expect(own).toEqual(records[index]);
        });
      }),
      { numRuns: 2000 },
    );
  });

  it('stops behind the record it is asked for and takes nothing more', () => {
    const scanner = createRecordScanner();
    const bytes = bytesOf('\na\n\n"b\n"\r\nc\n');
    expect(scanner.take(bytes, 1)).toBe(3);
    expect(scanner.take(bytes.subarray(3), 1)).toBe(0);
    expect(scanner.take(bytes.subarray(3), 2)).toBe(7);
    expect([scanner.rows(), scanner.lines()]).toEqual([2, 5]);
  });

  it('tells that a quote is open, and counts the record that holds it', () => {
    const scanner = createRecordScanner();
    scanner.take(bytesOf('a\n"b\nc\n'));
    expect([scanner.rows(), scanner.quoted(), scanner.finish()]).toEqual([1, true, 2]);
  });
});
