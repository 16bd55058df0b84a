import { describe, expect, it } from 'vitest';
import { createSlotUtilisation } from './slot-utilisation.js';

describe('the share of a task for which its slot is taken', () => {
  const facts = (ms: number) => ({
    ...{ rows: 1, runtimeVersion: '1', fetchMs: 0, prepareMs: 0, runMs: ms, deliverMs: 0 },
    ...{ peakMemoryBytes: null, columnMap: null, warm: true },
  });

  it('is all of it until runs tell, then follows them', () => {
    const shares = createSlotUtilisation();
    expect(shares.of('a', 'model')).toBe(1);
    shares.learn('a', 'model', facts(2), 10);
    expect(shares.of('a', 'model')).toBeCloseTo(0.2);
    for (let run = 0; run < 50; run += 1) shares.learn('a', 'model', facts(9), 10);
    expect(shares.of('a', 'model')).toBeCloseTo(0.9, 1);
    expect(shares.of('b', 'model')).toBe(1);
  });

  it('is never more than all', () => {
    const shares = createSlotUtilisation();
    shares.learn('a', 'model', facts(30), 10);
    expect(shares.of('a', 'model')).toBe(1);
  });
});
