import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createSlotLedger, type Reservation } from './slot-ledger.js';

const reservation = (part: Partial<Reservation>): Reservation => ({
  id: 'job-0-1',
  nodeId: 'a',
  slots: 1,
  memoryBytes: 0,
  at: 1,
  ...part,
});

it('adds up what jobs and long-running apps hold on a machine, and gives back what each releases', () => {
  const ledger = createSlotLedger();
  ledger.reserve(reservation({ id: 'attempt', memoryBytes: 100, at: 5 }));
  ledger.reserve(reservation({ id: 'app', slots: 2, memoryBytes: 4000, at: 7 }));
  ledger.reserve(reservation({ id: 'elsewhere', nodeId: 'b' }));
  expect(ledger.on('a')).toEqual({ slotsBusy: 3, memoryBytes: 4100, placedAt: [5, 7] });
  expect(ledger.release('app')).toBe(true);
  expect(ledger.on('a')).toEqual({ slotsBusy: 1, memoryBytes: 100, placedAt: [5] });
  expect(ledger.on('b').slotsBusy).toBe(1);
  expect(ledger.on('never heard of')).toEqual({ slotsBusy: 0, memoryBytes: 0, placedAt: [] });
});

it('counts what is entered twice once, and what moves where it is now', () => {
  const ledger = createSlotLedger();
  ledger.reserve(reservation({ memoryBytes: 10 }));
  ledger.reserve(reservation({ memoryBytes: 10 }));
  expect(ledger.on('a').slotsBusy).toBe(1);
  ledger.reserve(reservation({ nodeId: 'b', memoryBytes: 30 }));
  expect([...ledger.loads().keys()]).toEqual(['b']);
  expect(ledger.on('b').memoryBytes).toBe(30);
  expect(ledger.release('job-0-1')).toBe(true);
  expect(ledger.release('job-0-1')).toBe(false);
  expect(ledger.loads().size).toBe(0);
});

it('holds at any time exactly what is reserved and not released', () => {
  const step = fc.record({
    id: fc.constantFrom('1', '2', '3', '4', '5'),
    nodeId: fc.constantFrom('a', 'b'),
    slots: fc.integer({ min: 0, max: 4 }),
    memoryBytes: fc.integer({ min: 0, max: 1e9 }),
    at: fc.integer({ min: 0, max: 9 }),
    isRelease: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const ledger = createSlotLedger();
      const expected = new Map<string, Reservation>();
      for (const { isRelease, ...entry } of steps) {
        if (isRelease) {
          expect(ledger.release(entry.id)).toBe(expected.delete(entry.id));
        } else {
          ledger.reserve(entry);
          expected.set(entry.id, entry);
        }
        for (const nodeId of ['a', 'b']) {
          const there = [...expected.values()].filter((one) => one.nodeId === nodeId);
          const { slotsBusy, memoryBytes, placedAt } = ledger.on(nodeId);
          expect(slotsBusy).toBe(there.reduce((sum, { slots }) => sum + slots, 0));
          expect(memoryBytes).toBe(there.reduce((sum, one) => sum + one.memoryBytes, 0));
          expect([...placedAt].sort()).toEqual(there.map(({ at }) => at).sort());
        }
      }
    }),
  );
});
