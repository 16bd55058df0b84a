import type { JobOptions } from '@meshdeck/shared';
import { shardPlan, type ShardMachine } from '../../placement/shard-plan.js';
import type { Table } from '../../tables/index.js';

/** Enough parts to even out what the predictions get wrong, few enough for each to be worth its start. */
const shardsPerSlot = 3;
/** A part is worth this long on the fastest machine, within bounds; where no speed is known, the upper one. */
const worthMs = 500;
const rowBounds = { low: 500, high: 10_000 };

/** Those that could take a part, with their speeds, or with weights where they are not known. */
export interface ShardMachines {
  machines: ShardMachine[];
  speedsKnown: boolean;
}

/** How many rows each part gets; one part where splitting does not pay or cannot be done. */
export function shardSizes(
  table: Pick<Table, 'rows' | 'indivisible'>,
  shards: JobOptions['shards'],
  machinesFor: () => ShardMachines,
): number[] {
  if (shards === undefined || table.indivisible !== null) return [table.rows];
  if (shards === 'auto') {
    const { machines, speedsKnown } = machinesFor();
    const slots = machines.reduce((sum, machine) => sum + machine.slots, 0);
    const fastest = Math.max(0, ...machines.map(({ rowsPerSecond }) => rowsPerSecond));
    const worth = speedsKnown ? Math.ceil((fastest * worthMs) / 1000) : rowBounds.high;
    const minRowsPerShard = Math.min(rowBounds.high, Math.max(rowBounds.low, worth));
    // Alone, a slot would only start anew with every part.
    const maxShards = slots < 2 ? 1 : shardsPerSlot * slots;
    return shardPlan({ rows: table.rows, machines, minRowsPerShard, maxShards }).map(({ rows }) => rows);
  }
  const parts = Math.min(shards, table.rows);
  return Array.from(
    { length: parts },
    (_, index) => Math.floor(((index + 1) * table.rows) / parts) - Math.floor((index * table.rows) / parts),
  );
}
