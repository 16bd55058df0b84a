import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundReading, keptReadingBytes, shownReadingBytes } from './bound-reading.js';
import { readingSchema, type Reading } from './models/reading.js';

const name = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.constant('ß'.repeat(200)),
  fc.constant('\u{1F600}'.repeat(100)),
);
const names = (most: number) => fc.array(name, { maxLength: most });
const sentence = fc.oneof(fc.string({ maxLength: 40 }), fc.constant('Ä'.repeat(500)));

/** Column names by the thousand, from a few that are drawn: drawing each would take minutes. */
const manyNames = fc
  .tuple(fc.integer({ min: 0, max: 9000 }), fc.array(name, { minLength: 1, maxLength: 5 }))
  .map(([count, some]) => Array.from({ length: count }, (_, at) => some[at % some.length] ?? ''));

const reading: fc.Arbitrary<Reading> = fc.record({
  table: fc.record({
    encoding: fc.constant('utf-8' as const),
    delimiter: fc.constant(',' as const),
    decimal: fc.constant(null),
    thousands: fc.constant(null),
    headerLine: fc.constant(1),
    firstRowLine: fc.constant(2),
    columns: manyNames,
    skipped: fc.array(
      fc.record({ line: fc.integer(), lines: fc.integer(), what: fc.constant('note' as const), text: name }),
      { maxLength: 50 },
    ),
    notes: fc.array(sentence, { maxLength: 50 }),
  }),
  inputs: fc.array(
    fc.record({
      input: name,
      columns: manyNames,
      how: fc.constant('name' as const),
      note: fc.option(sentence),
    }),
    { maxLength: 6 },
  ),
  aside: manyNames.map((columns) => columns.map((column) => ({ column, why: 'no input takes it' }))),
  outputs: fc.array(fc.record({ output: name, columns: names(40), how: sentence }), { maxLength: 40 }),
  values: fc.array(
    fc.record({
      column: name,
      input: name,
      missing: fc.nat(),
      unseen: fc.nat(),
      unseenExamples: fc.constant(['Köln', 'Basel']),
      trimmable: fc.nat(),
    }),
    { maxLength: 300 },
  ),
  warnings: fc.array(sentence, { maxLength: 50 }),
  told: fc.record({
    map: fc.constant({ x: ['a', 'b'] }),
    aside: names(300).map((all) => all.map((one) => one || 'c')),
  }),
});

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
const whole = (list: readonly unknown[], leftOut: number | undefined) => list.length + (leftOut ?? 0);

describe('a bounded reading', () => {
  it('fits, is still a reading, and says how much of each list is missing, however often it is cut', () => {
    fc.assert(
      fc.property(reading, (long) => {
        const shown = boundReading(long, shownReadingBytes);
        const kept = boundReading(shown, keptReadingBytes);
        for (const [cut, most] of [
          [shown, shownReadingBytes],
          [kept, keptReadingBytes],
        ] as const) {
          expect(bytesOf(cut)).toBeLessThanOrEqual(most);
          expect(readingSchema.parse(cut)).toEqual(cut);
          expect(whole(cut.table.columns, cut.table.columnsLeftOut)).toBe(long.table.columns.length);
          for (const list of ['inputs', 'aside', 'outputs', 'values', 'warnings'] as const)
            expect(whole(cut[list], cut.leftOut?.[list])).toBe(long[list].length);
          cut.inputs.forEach((input, at) =>
            expect(whole(input.columns, input.columnsLeftOut)).toBe(long.inputs[at]?.columns.length),
          );
        }
        // Once cut, it is not cut again.
        expect(boundReading(kept, keptReadingBytes)).toEqual(kept);
      }),
      { numRuns: 60 },
    );
  });

  it('leaves a usual reading as it is', () => {
    const usual: Reading = {
      table: {
        encoding: 'utf-8',
        delimiter: ';',
        decimal: ',',
        thousands: '.',
        headerLine: 3,
        firstRowLine: 4,
        columns: Array.from({ length: 66 }, (_, at) => `pixel_${at}`),
        skipped: [{ line: 1, lines: 2, what: 'preamble', text: 'Messwerte 2024' }],
        notes: [],
      },
      inputs: [{ input: 'pixels', columns: ['a'], width: 64, how: 'metadata', note: null }],
      aside: [{ column: 'id', why: 'named as an id' }],
      outputs: [{ output: 'label', columns: ['prediction'], how: 'as the model gives it' }],
      values: [],
      warnings: ['Two values were never seen.'],
      told: { header: 3 },
    };
    expect(boundReading(usual, keptReadingBytes)).toEqual(usual);
  });
});
