import type { NodeId } from '@meshdeck/shared';

/** A machine as the plan sees it. */
export interface ShardMachine {
  nodeId: NodeId;
  slots: number;
  /** Per slot. Only ratios matter, so a score does where no speed is known; 0 takes no part. */
  rowsPerSecond: number;
  /** What each shard costs there whatever its rows; 0 when not said. */
  overheadMs?: number;
}

export interface Shard {
  index: number;
  /** The first row, from 0. */
  firstRow: number;
  rows: number;
  /** The machine whose speed gave it its size; anyone may take it. */
  sizedFor: string | null;
}

/**
 * What each round hands out of what is left, the last figure again and again: the rest evens out what the predictions
 * got wrong. The first schedule whose plan keeps to `maxShards` is taken, then coarser shards: halves without end;
 * three rounds of 1/2, 1/3 and 1/6 of all; two of 2/3 and 1/3; one.
 */
const schedules: readonly (readonly [number, ...number[]])[] = [[0.5], [1 / 2, 2 / 3, 1], [2 / 3, 1], [1]];
/** A shard works at least this many times as long as it costs to start, but for one per slot: that always pays. */
const workOverOverhead = 10;

interface Slot {
  nodeId: NodeId;
  share: number;
  minRows: number;
}

function slotsOf(machines: readonly ShardMachine[], rows: number, minRowsPerShard: number): Slot[] {
  const useful = machines.filter(({ slots, rowsPerSecond }) => slots > 0 && rowsPerSecond > 0);
  const total = useful.reduce((sum, { slots, rowsPerSecond }) => sum + slots * rowsPerSecond, 0);
  return useful
    .flatMap(({ nodeId, slots, rowsPerSecond, overheadMs = 0 }) => {
      const share = rowsPerSecond / total;
      const worthwhile = Math.ceil((rowsPerSecond * overheadMs * workOverOverhead) / 1000);
      const fair = Math.ceil(rows * share);
      const slot = { nodeId, share, minRows: Math.max(minRowsPerShard, Math.min(worthwhile, fair)) };
      return Array.from({ length: slots }, () => slot);
    })
    .sort((a, b) => b.share - a.share || (a.nodeId < b.nodeId ? -1 : a.nodeId > b.nodeId ? 1 : 0));
}

/** Rounds of one shard per slot, the largest first; null as soon as there are more than `maxShards`. */
function rounds(
  rows: number,
  slots: readonly Slot[],
  {
    schedule,
    grain,
    maxShards,
  }: { schedule: readonly [number, ...number[]]; grain: number; maxShards: number },
): Shard[] | null {
  const shards: Shard[] = [];
  let left = rows;
  for (let round = 0; left > 0; round += 1) {
    const inRound = left * (schedule[round] ?? schedule.at(-1) ?? 1);
    let added = 0;
    for (const { nodeId, share, minRows } of slots) {
      const floor = Math.ceil(minRows * grain);
      const fair = Math.round(inRound * share);
      // A slot too slow for a whole shard sits this round out; the fastest never does.
      if (left <= 0 || (fair < floor / 2 && added > 0)) continue;
      const wanted = Math.max(floor, fair, 1);
      // No crumbs: what would be too little for a shard of its own goes with this one.
      const size = left - wanted < floor / 2 ? left : wanted;
      if (shards.length === maxShards) return null;
      shards.push({ index: shards.length, firstRow: rows - left, rows: size, sizedFor: nodeId });
      left -= size;
      added += 1;
    }
  }
  return shards;
}

/**
 * Cuts a table for several machines: weighted factoring (Hummel, Schmidt, Uma, Wein: Load-sharing in heterogeneous
 * systems via weighted factoring, SPAA 1996). Every round hands out half of the rows that are left, in proportion to
 * the slots' speeds, so the shards get smaller towards the end and whoever is free takes the next. Covers every row
 * once, in order; deterministic. At most `maxShards`, by coarser cuts; one shard where nothing is known.
 */
export function shardPlan(options: {
  rows: number;
  machines: readonly ShardMachine[];
  minRowsPerShard: number;
  maxShards: number;
}): Shard[] {
  const { rows, machines, maxShards } = options;
  const one: Shard[] = rows > 0 ? [{ index: 0, firstRow: 0, rows, sizedFor: null }] : [];
  const slots = slotsOf(machines, rows, Math.max(1, options.minRowsPerShard));
  if (slots.length === 0 || rows <= 0 || maxShards <= 1) return one;
  for (let grain = 1; grain <= rows * 2; grain *= 1.5) {
    for (const schedule of schedules) {
      const shards = rounds(rows, slots, { schedule, grain, maxShards });
      if (shards !== null) return shards;
    }
  }
  return one;
}
