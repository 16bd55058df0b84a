import { describe, expect, it } from 'vitest';
import type { MachineSnapshot } from '../../placement/snapshot.js';
import { withPrefetch } from './prefetch.js';
import { createSlotShares } from './slot-utilisation.js';

/** A machine whose one slot is taken. */
const machine: MachineSnapshot = {
  id: 'a',
  name: 'a',
  membership: 'joined',
  presence: 'active',
  scheduling: 'open',
  clonedIdentity: false,
  labels: {},
  slotsTotal: 1,
  slotsBusy: 1,
  heartbeatAt: 0,
  placedSinceHeartbeat: 0,
  freeRamBytes: 1e9,
  gpus: 0,
  runtimes: null,
  protection: null,
  score: null,
  prediction: { rowsPerSecond: 100, overheadMs: 0, basis: 'machine' },
};
const slots = (more: Partial<MachineSnapshot>, rows: number | null, prefetch = 64) =>
  withPrefetch([{ ...machine, ...more }], rows, () => prefetch)[0]?.slotsTotal;

describe('orders ahead', () => {
  it('are as many as the slots work off in 60 ms, and no more than the machine keeps', () => {
    expect(slots({}, 1)).toBe(1 + 6);
    expect(slots({ slotsTotal: 2, slotsBusy: 2 }, 1)).toBe(2 + 12);
    expect(slots({}, 1, 3)).toBe(1 + 3);
    expect(slots({}, 10)).toBe(1);
  });

  it('count only the time for which a slot is taken', () => {
    expect(slots({ slotShare: 0.2 }, 1)).toBe(1 + 30);
    expect(slots({ slotShare: 0.2 }, 10)).toBe(1 + 3);
  });

  it('are none where a slot is free or the time is not known', () => {
    expect(slots({ slotsBusy: 0 }, 1)).toBe(1);
    expect(slots({}, null)).toBe(1);
    expect(slots({ prediction: null }, 1)).toBe(1);
  });
});

describe('the share of a task for which its slot is taken', () => {
  const facts = (ms: number) => ({
    ...{ rows: 1, runtimeVersion: '1', fetchMs: 0, prepareMs: 0, runMs: ms, deliverMs: 0 },
    ...{ peakMemoryBytes: null, columnMap: null, warm: true },
  });

  it('is all of it until runs tell, then follows them', () => {
    const shares = createSlotShares();
    expect(shares.of('a', 'model')).toBe(1);
    shares.learn('a', 'model', facts(2), 10);
    expect(shares.of('a', 'model')).toBeCloseTo(0.2);
    for (let run = 0; run < 50; run += 1) shares.learn('a', 'model', facts(9), 10);
    expect(shares.of('a', 'model')).toBeCloseTo(0.9, 1);
    expect(shares.of('b', 'model')).toBe(1);
  });

  it('is never more than all', () => {
    const shares = createSlotShares();
    shares.learn('a', 'model', facts(30), 10);
    expect(shares.of('a', 'model')).toBe(1);
  });
});
