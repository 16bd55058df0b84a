import fc from 'fast-check';
import { expect, it } from 'vitest';
import { jobFinishMs } from './job-eta.js';

const slot = (freeInMs: number, rowsPerSecond = 1000) => ({ freeInMs, rowsPerSecond, overheadMs: 0 });

it('puts each queued part on the slot that ends it first', () => {
  const options = { remainingMs: [1500], queuedRows: [2000, 2000, 1000], aheadMs: 0 };
  expect(jobFinishMs({ ...options, slots: [slot(0), slot(1500)] })).toBe(3500);
  expect(jobFinishMs({ ...options, slots: [slot(0), slot(1500)], aheadMs: 500 })).toBe(4000);
});

it('says nothing where a part of it is unknown', () => {
  expect(jobFinishMs({ remainingMs: [null], queuedRows: [], slots: [], aheadMs: 0 })).toBeNull();
  expect(jobFinishMs({ remainingMs: [], queuedRows: [null], slots: [slot(0)], aheadMs: 0 })).toBeNull();
  expect(jobFinishMs({ remainingMs: [], queuedRows: [1], slots: [], aheadMs: 0 })).toBeNull();
});

it('is never before the work over the speed of all, nor before the longest running part', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 10_000 }), { minLength: 1, maxLength: 30 }),
      fc.array(fc.integer({ min: 100, max: 5000 }), { minLength: 1, maxLength: 8 }),
      fc.array(fc.integer({ min: 0, max: 9000 }), { maxLength: 4 }),
      (queuedRows, speeds, remainingMs) => {
        const slots = speeds.map((speed) => slot(0, speed));
        const finish = jobFinishMs({ remainingMs, queuedRows, slots, aheadMs: 0 }) ?? 0;
        const rows = queuedRows.reduce((sum, n) => sum + n, 0);
        const all = speeds.reduce((sum, n) => sum + n, 0);
        expect(finish).toBeGreaterThanOrEqual((1000 * rows) / all - 1e-6);
        expect(finish).toBeGreaterThanOrEqual(Math.max(0, ...remainingMs));
      },
    ),
  );
});
