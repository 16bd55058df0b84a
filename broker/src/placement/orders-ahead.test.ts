import { describe, expect, it } from 'vitest';
import { withOrdersAhead } from './orders-ahead.js';
import type { MachineSnapshot } from './snapshot.js';

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
const slots = (more: Partial<MachineSnapshot>, rows: number | null, ordersAhead = 64) =>
  withOrdersAhead({ ...machine, ordersAhead, ...more }, rows).slotsTotal;

describe('orders ahead', () => {
  it('are as many as the slots work off in 60 ms, and no more than the machine keeps', () => {
    expect(slots({}, 1)).toBe(1 + 6);
    expect(slots({ slotsTotal: 2, slotsBusy: 2 }, 1)).toBe(2 + 12);
    expect(slots({}, 1, 3)).toBe(1 + 3);
    expect(slots({}, 10)).toBe(1);
  });

  it('count only the time for which a slot is taken', () => {
    expect(slots({ slotUtilisation: 0.2 }, 1)).toBe(1 + 30);
    expect(slots({ slotUtilisation: 0.2 }, 10)).toBe(1 + 3);
  });

  it('are none where a slot is free or the time is not known', () => {
    expect(slots({ slotsBusy: 0 }, 1)).toBe(1);
    expect(slots({}, null)).toBe(1);
    expect(slots({ prediction: null }, 1)).toBe(1);
  });
});
