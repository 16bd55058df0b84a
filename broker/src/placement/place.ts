import type { Candidate, Decision, Rejection } from '@meshdeck/shared';
import { failedHere, filters } from './filters.js';
import { lateBound, type LateBinding } from './delay-scheduling.js';
import { predictedFinish } from './predicted-finish.js';
import { preferElsewhere } from './prefer-elsewhere.js';
import { rank } from './rank.js';
import type { MachineSnapshot, TaskNeeds } from './snapshot.js';
import { placedSummary, waitingForSummary, waitingSummary } from './summaries.js';

export interface PlacementContext {
  /** Unix ms. */
  at: number;
  task: number;
  attempt: number;
}

export interface PlacementOptions {
  /** `auto`: by predicted finish as soon as every machine that could take the task has a prediction. */
  policy?: 'auto' | 'score';
  /**
   * Lets the task wait for a busy machine that should finish it sooner than any free one. Null or not said: a free
   * machine is taken at once.
   */
  lateBinding?: LateBinding | null;
}

/** Most machines pass every filter; one list serves them all. */
const none: Rejection[] = [];

function rejectionsOf(machine: MachineSnapshot, task: TaskNeeds): Rejection[] {
  let found = none;
  for (const filter of filters) {
    const rejection = filter(machine, task);
    // It has told nothing yet, so whatever else is missing says nothing of it.
    if (rejection?.code === 'not-joined') return [rejection];
    if (rejection !== null) found = [...found, rejection];
  }
  return found;
}

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
    ...(machine.coldBytes !== undefined && { coldBytes: machine.coldBytes }),
    ...(machine.warm !== undefined && { warm: machine.warm }),
    prediction: predictedFinish(machine, task),
    rank: null,
    rejections: rejectionsOf(machine, task),
  };
}

/** Applies the penalty only where somebody without it is left. */
function penalise(
  candidates: Candidate[],
  machines: readonly MachineSnapshot[],
  task: TaskNeeds,
): Candidate[] {
  if (task.failedOn.size === 0) return candidates;
  const eligible = candidates.filter(({ rejections }) => rejections.length === 0);
  if (eligible.every(({ nodeId }) => task.failedOn.has(nodeId))) return candidates;
  return candidates.map((candidate, index) => {
    const machine = machines[index];
    const rejection = machine === undefined ? null : failedHere(machine, task);
    return rejection === null
      ? candidate
      : { ...candidate, rejections: [...candidate.rejections, rejection] };
  });
}

/**
 * filter -> score or predict -> rank -> pick, for one task over one snapshot. Pure: the same arguments give the same
 * decision, which holds every machine with its terms and the reasons why it was not taken.
 */
export function place(
  machines: readonly MachineSnapshot[],
  task: TaskNeeds,
  context: PlacementContext,
  { policy: asked = 'auto', lateBinding = null }: PlacementOptions = {},
): Decision {
  const assessed = machines.map((machine) => assess(machine, task));
  const { policy, candidates } = rank(preferElsewhere(penalise(assessed, machines, task), task), asked);
  const first = candidates.find((candidate) => candidate.rank === 1);
  if (first === undefined) {
    const summary = waitingSummary(candidates, task);
    return {
      ...context,
      outcome: 'waiting',
      chosenNodeId: null,
      policy,
      waitsForNodeId: null,
      summary,
      candidates,
    };
  }
  const sooner =
    policy === 'predicted-finish' && lateBinding ? lateBound(first, candidates, machines, lateBinding) : null;
  return {
    ...context,
    outcome: sooner === null ? 'placed' : 'waiting',
    chosenNodeId: sooner === null ? first.nodeId : null,
    policy,
    waitsForNodeId: sooner?.nodeId ?? null,
    summary: sooner === null ? placedSummary(first, candidates, policy) : waitingForSummary(sooner, first),
    candidates,
  };
}
