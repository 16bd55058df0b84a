import type { Candidate, NodeId } from '@meshdeck/shared';
import { isOnlyBusy } from './delay-scheduling.js';
import { byFinish, byId, byScore, type Order } from './rank.js';
import { createSortedList } from './sorted-list.js';

/** As `worthWaitingFor` looks for them: the soonest, and of equal ones the first in the ranking of those that are rejected. */
const bySoonest: Order = (a, b) =>
  (a.prediction?.finishMs ?? Number.MAX_VALUE) - (b.prediction?.finishMs ?? Number.MAX_VALUE) ||
  byScore(a, b);

/** The machines that could take tasks of one size now, or once a slot is free, kept in placement's orders. */
export interface TaskOrder {
  put(candidate: Candidate): void;
  remove(nodeId: NodeId): void;
  eligible(): number;
  isPredicted(): boolean;
  best(policy: 'score' | 'predicted-finish'): readonly Candidate[];
  soonestBusy(): Candidate | undefined;
  /** All of them, by id. */
  contenders(): readonly Candidate[];
}

export function createTaskOrder(candidates: readonly Candidate[]): TaskOrder {
  const free = candidates.filter(({ rejections }) => rejections.length === 0);
  const known = new Map(candidates.map((candidate) => [candidate.nodeId, candidate]));
  const all = createSortedList(byId, candidates);
  const score = createSortedList(byScore, free);
  const finish = createSortedList(byFinish, free);
  const busy = createSortedList(bySoonest, candidates.filter(isOnlyBusy));
  let unpredicted = free.filter(({ prediction }) => prediction == null).length;

  return {
    put(candidate) {
      this.remove(candidate.nodeId);
      known.set(candidate.nodeId, candidate);
      all.insert(candidate);
      if (isOnlyBusy(candidate)) busy.insert(candidate);
      else {
        score.insert(candidate);
        finish.insert(candidate);
        if (candidate.prediction == null) unpredicted += 1;
      }
    },
    remove(nodeId) {
      const candidate = known.get(nodeId);
      if (candidate === undefined) return;
      known.delete(nodeId);
      all.remove(candidate);
      if (isOnlyBusy(candidate)) busy.remove(candidate);
      else {
        score.remove(candidate);
        finish.remove(candidate);
        if (candidate.prediction == null) unpredicted -= 1;
      }
    },
    eligible: () => score.items.length,
    isPredicted: () => score.items.length > 0 && unpredicted === 0,
    best: (policy) => (policy === 'score' ? score.items : finish.items),
    soonestBusy: () => busy.items[0],
    contenders: () => all.items,
  };
}
