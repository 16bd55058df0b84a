import type { Candidate, Decision } from '@meshdeck/shared';
import { failedHere, filters } from './filters.js';
import type { MachineSnapshot, TaskNeeds } from './snapshot.js';
import { placedSummary, waitingSummary } from './summaries.js';

function assess(machine: MachineSnapshot, task: TaskNeeds): Candidate {
  const effectiveScore =
    machine.score === null ? null : machine.score.score / (1 + machine.placedSinceHeartbeat);
  return {
    nodeId: machine.id,
    nodeName: machine.name,
    heartbeatAt: machine.heartbeatAt,
    freeSlots: Math.max(0, machine.slotsTotal - machine.slotsBusy),
    score: machine.score,
    placedSinceHeartbeat: machine.placedSinceHeartbeat,
    effectiveScore,
    rank: null,
    rejections: filters.flatMap((filter) => filter(machine, task) ?? []),
  };
}

/** Applies the penalty only where somebody without it is left. */
function penalise(
  candidates: Candidate[],
  machines: readonly MachineSnapshot[],
  task: TaskNeeds,
): Candidate[] {
  const eligible = candidates.filter(({ rejections }) => rejections.length === 0);
  if (eligible.every(({ nodeId }) => task.failedOn.has(nodeId))) return candidates;
  return candidates.map((candidate, index) => {
    const machine = machines[index];
    const rejection = machine === undefined ? null : failedHere(machine, task);
    return rejection === null ? candidate : { ...candidate, rejections: [...candidate.rejections, rejection] };
  });
}

/** Highest effective score first; ties by id, so that the same snapshot always gives the same answer. */
function rank(candidates: Candidate[]): Candidate[] {
  const order = candidates
    .filter(({ rejections }) => rejections.length === 0)
    .sort((a, b) => (b.effectiveScore ?? 0) - (a.effectiveScore ?? 0) || a.nodeId.localeCompare(b.nodeId));
  const ranks = new Map(order.map(({ nodeId }, index) => [nodeId, index + 1]));
  return candidates
    .map((candidate) => ({ ...candidate, rank: ranks.get(candidate.nodeId) ?? null }))
    .sort(
      (a, b) =>
        (a.rank ?? Number.MAX_SAFE_INTEGER) - (b.rank ?? Number.MAX_SAFE_INTEGER) ||
        (b.effectiveScore ?? -1) - (a.effectiveScore ?? -1) ||
        a.nodeId.localeCompare(b.nodeId),
    );
}

/**
 * filter -> score -> rank -> pick, for one task over one snapshot. Pure: the same arguments give the same decision,
 * which holds every machine with its terms and the reasons why it was not taken.
 */
export function place(
  machines: readonly MachineSnapshot[],
  task: TaskNeeds,
  context: { at: number; task: number; attempt: number },
): Decision {
  const assessed = machines.map((machine) => assess(machine, task));
  const candidates = rank(penalise(assessed, machines, task));
  const chosen = candidates.find((candidate) => candidate.rank === 1);
  return {
    ...context,
    outcome: chosen === undefined ? 'waiting' : 'placed',
    chosenNodeId: chosen?.nodeId ?? null,
    summary: chosen === undefined ? waitingSummary(candidates, task) : placedSummary(chosen, candidates),
    candidates,
  };
}
