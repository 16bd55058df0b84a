import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createPatience } from './max-wait.js';

it('lets no job wait by choice for longer than its first free machine would have taken', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100_000 }),
      fc.array(fc.tuple(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 1e6 })), {
        maxLength: 300,
      }),
      (firstMs, looks) => {
        const patience = createPatience();
        let at = 0;
        let waited = 0;
        patience.waits('j', at, firstMs);
        // However good waiting looks each time.
        for (const [afterMs, finishMs] of looks) {
          at += afterMs;
          if (!patience.mayWait('j', at)) break;
          waited = at;
          patience.waits('j', at, finishMs);
        }
        expect(waited).toBeLessThan(firstMs);
        expect(patience.mayWait('j', firstMs)).toBe(false);
        patience.over('j');
        expect(patience.mayWait('j', at)).toBe(true);
      },
    ),
  );
});
