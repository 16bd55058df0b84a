import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createMaxWait } from './max-wait.js';

it('lets no job wait by choice for longer than its first free machine would have taken', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100_000 }),
      fc.array(fc.tuple(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 1e6 })), {
        maxLength: 300,
      }),
      (firstMs, looks) => {
        const maxWait = createMaxWait();
        let at = 0;
        let waited = 0;
        maxWait.waits('j', at, firstMs);
        // However good waiting looks each time.
        for (const [afterMs, finishMs] of looks) {
          at += afterMs;
          if (at >= maxWait.until('j')) break;
          waited = at;
          maxWait.waits('j', at, finishMs);
        }
        expect(waited).toBeLessThan(firstMs);
        expect(maxWait.until('j')).toBe(firstMs);
        maxWait.over('j');
        expect(maxWait.until('j')).toBe(Infinity);
      },
    ),
  );
});
