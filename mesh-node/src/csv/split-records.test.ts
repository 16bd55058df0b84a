import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cellText, createCsvBlock } from './csv-block.js';
import { parseQuotedRecords } from './parse-quoted-records.js';
import { splitRecords } from './split-records.js';

const letters = fc.array(fc.constantFrom('"', ',', '\n', '\r\n', '\r', 'a', 'é', ' '), { maxLength: 30 });

function cells(block: ReturnType<typeof createCsvBlock>): unknown {
  return Array.from({ length: block.rows }, (_, row) => ({
    cells: Array.from({ length: block.columns }, (_, column) => cellText(block, row, column)),
    line: block.lines[row],
    raw: block.raw.toString('utf8', block.rowStarts[row], block.rowEnds[row]),
  }));
}

it('gives what csv-parse gives for any bytes, well formed or not, that it does not leave to it', () => {
  let split = 0;
  fc.assert(
    fc.property(letters, fc.integer({ min: 1, max: 3 }), (parts, columns) => {
      const bytes = Buffer.from(parts.join(''));
      const [ours, theirs] = [createCsvBlock(columns), createCsvBlock(columns)];
      let next: number | undefined;
      try {
        next = splitRecords(bytes, 0x2c, 5, ours);
      } catch (error) {
        const options = {
          record_delimiter: ['\r\n', '\n'],
          relax_column_count: true,
          skip_empty_lines: true,
        };
        // A ragged row before any malformed one.
        expect(error).toMatchObject({ code: 'csv-malformed' });
        expect(() => {
          const ragged = parse(bytes, options).some((record) => record.length !== columns);
          if (ragged) throw new Error('ragged');
        }).toThrow();
        return;
      }
      if (next === undefined) return;
      split++;
      expect(parseQuotedRecords(bytes, ',', 5, theirs)).toBe(next);
      expect(cells(ours)).toEqual(cells(theirs));
    }),
    { numRuns: 5000 },
  );
  expect(split).toBeGreaterThan(200);
});
