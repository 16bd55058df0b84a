import fc from 'fast-check';
import { expect, it } from 'vitest';
import { attachment, parseRange } from './downloads.js';

it('gives plain names plainly', () => {
  expect(attachment('predictions.csv')).toBe(
    `attachment; filename="predictions.csv"; filename*=UTF-8''predictions.csv`,
  );
  expect(attachment('')).toContain('filename="download"');
});

it('lets no name end the header or the quoted word', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (name) => {
      // Lone surrogates have no UTF-8 form.
      fc.pre(name.isWellFormed());
      expect(attachment(name)).toMatch(/^attachment; filename="[\x20-\x7e]*"; filename\*=UTF-8''[\w.!~%-]*$/);
      expect(/filename="([^"]*)"/.exec(attachment(name))?.[1]).not.toMatch(/[\\/"%']/);
    }),
  );
});

it('never gives a range outside the file', () => {
  fc.assert(
    fc.property(
      fc.nat(50),
      fc.nat(60),
      fc.nat(60),
      fc.constantFrom('both', 'first', 'last'),
      (size, a, b, form) => {
        const header = `bytes=${form === 'last' ? '' : a}-${form === 'first' ? '' : b}`;
        const range = parseRange(header, size);
        if (range.kind !== 'part') return;
        expect(range.start).toBeGreaterThanOrEqual(0);
        expect(range.end).toBeGreaterThanOrEqual(range.start);
        expect(range.end).toBeLessThan(size);
      },
    ),
  );
});
