import { expect, it } from 'vitest';
import { maxReadingOptionsLength, readingOptionsSchema } from './models/reading.js';
import { changedReading, saysNothing } from './reading-options.js';

it('takes what is said in place of what was said, field by field, and null takes it back', () => {
  const said = { header: 3, delimiter: ';', aside: ['a'], map: { x: ['b'] } } as const;
  const before = readingOptionsSchema.parse(said);
  expect(changedReading(before, { header: 'none', aside: null, truth: 'y' })).toEqual({
    header: 'none',
    delimiter: ';',
    map: { x: ['b'] },
    truth: 'y',
  });
  expect(changedReading(before, {})).toEqual(before);
});

it('knows that nothing is said', () => {
  expect(saysNothing({})).toBe(true);
  expect(saysNothing({ header: undefined })).toBe(true);
  expect(saysNothing({ header: 1 })).toBe(false);
});

it('refuses more than an order can carry', () => {
  const aside = Array.from({ length: 2000 }, (_, at) => `a column with a rather long name, number ${at}`);
  expect(JSON.stringify({ aside }).length).toBeGreaterThan(maxReadingOptionsLength);
  expect(readingOptionsSchema.safeParse({ aside }).error?.issues[0]?.message).toContain('64000 characters');
  expect(readingOptionsSchema.safeParse({ aside: aside.slice(0, 1000) }).success).toBe(true);
});
