import type { AttemptFacts, NodeId } from '@meshdeck/shared';
import { createLruMap } from '@meshdeck/shared/runtime';

/** The newest run counts this much. */
const newest = 0.1;
const mostKept = 5000;

/**
 * How much of a task's time, from its order to its result, a machine's slot was taken for it. Of long tasks nearly
 * all; of those of a millisecond, which wait for messages and for the disk, little.
 */
export interface SlotUtilisation {
  /** `tookMs`: between the order and the result in the store, without waiting for others. */
  learn(nodeId: NodeId, bundleSha256: string, facts: AttemptFacts, tookMs: number): void;
  /** 0 to 1; 1 where nothing is known. */
  of(nodeId: NodeId, bundleSha256: string): number;
}

export function createSlotUtilisation(): SlotUtilisation {
  const shares = createLruMap<string, number>(mostKept);
  const key = (nodeId: NodeId, bundleSha256: string) => `${nodeId}/${bundleSha256}`;
  return {
    learn(nodeId, bundleSha256, { prepareMs, runMs, deliverMs }, tookMs) {
      const share = Math.min(1, (prepareMs + runMs + deliverMs) / Math.max(1, tookMs));
      const id = key(nodeId, bundleSha256);
      const before = shares.get(id);
      shares.set(id, before === undefined ? share : before + newest * (share - before));
    },
    of: (nodeId, bundleSha256) => shares.get(key(nodeId, bundleSha256)) ?? 1,
  };
}
