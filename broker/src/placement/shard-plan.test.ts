import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shardPlan, type ShardMachine } from './shard-plan.js';

const machines = fc.uniqueArray(
  fc.record({
    nodeId: fc.stringMatching(/^[a-z]{1,4}$/),
    slots: fc.integer({ min: 0, max: 8 }),
    rowsPerSecond: fc.integer({ min: 0, max: 1_000_000 }),
    overheadMs: fc.integer({ min: 0, max: 500 }),
  }),
  { selector: ({ nodeId }) => nodeId, maxLength: 12 },
);

const one = (nodeId: string, rowsPerSecond: number, slots = 1): ShardMachine => ({
  nodeId,
  slots,
  rowsPerSecond,
});

describe('a shard plan', () => {
  it('covers every row once, in order, within its limits, the same every time', () => {
    fc.assert(
      fc.property(
        fc.record({
          rows: fc.integer({ min: 0, max: 5_000_000 }),
          machines,
          minRowsPerShard: fc.integer({ min: 0, max: 10_000 }),
          maxShards: fc.integer({ min: 1, max: 300 }),
        }),
        (options) => {
          const plan = shardPlan(options);
          let next = 0;
          for (const [index, shard] of plan.entries()) {
            expect(shard.index).toBe(index);
            expect(shard.firstRow).toBe(next);
            expect(shard.rows).toBeGreaterThan(0);
            expect(Number.isInteger(shard.rows)).toBe(true);
            next += shard.rows;
          }
          expect(next).toBe(options.rows);
          expect(plan.length).toBeLessThanOrEqual(options.maxShards);
          if (plan.length > 1) {
            const least = Math.min(...plan.map(({ rows }) => rows));
            expect(least).toBeGreaterThanOrEqual(Math.floor(options.minRowsPerShard / 2));
          }
          expect(shardPlan({ ...options, machines: [...options.machines].reverse() })).toEqual(plan);
        },
      ),
    );
  });

  it('gives a machine ten times as fast ten times the rows', () => {
    const plan = shardPlan({
      rows: 1_100_000,
      machines: [one('slow', 100), one('fast', 1000)],
      minRowsPerShard: 100,
      maxShards: 100,
    });
    expect(plan.slice(0, 2)).toEqual([
      { index: 0, firstRow: 0, rows: 500_000, sizedFor: 'fast' },
      { index: 1, firstRow: 500_000, rows: 50_000, sizedFor: 'slow' },
    ]);
  });

  it('has several shards per slot, smaller towards the end', () => {
    const plan = shardPlan({
      rows: 100_000,
      machines: [one('a', 1000, 2), one('b', 1000, 2)],
      minRowsPerShard: 500,
      maxShards: 64,
    });
    expect(plan.length).toBeGreaterThanOrEqual(12);
    const sizes = plan.map(({ rows }) => rows);
    expect(sizes.slice(0, -1)).toEqual([...sizes.slice(0, -1)].sort((a, b) => b - a));
    expect(sizes.at(-1)).toBeLessThan((sizes[0] ?? 0) / 10);
  });

  it('makes no shard that costs more to start than to run', () => {
    const machine = { ...one('a', 1000, 4), overheadMs: 200 };
    const plan = shardPlan({ rows: 20_000, machines: [machine], minRowsPerShard: 1, maxShards: 1000 });
    expect(Math.min(...plan.map(({ rows }) => rows))).toBeGreaterThanOrEqual(1000);
  });

  it('is one shard where no machine is known', () => {
    const plan = shardPlan({ rows: 7, machines: [], minRowsPerShard: 1, maxShards: 9 });
    expect(plan).toEqual([{ index: 0, firstRow: 0, rows: 7, sizedFor: null }]);
    expect(shardPlan({ rows: 0, machines: [], minRowsPerShard: 1, maxShards: 9 })).toEqual([]);
  });
});
