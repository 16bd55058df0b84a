import type { Candidate, Prediction, Rejection } from '@meshdeck/shared';
import { byId } from './rank.js';
import type { MachineSnapshot } from './snapshot.js';

/**
 * For a part of a split job a free machine has to be this much better than waiting: what begins on a slow machine holds
 * up the end of all if the prediction was too good, what waits can still go anywhere. Chosen with `npm run simulate`.
 * A task on its own waits only for what should be sooner.
 */
const cautionForParts = 1.3;

/** It would take the task if one of its slots were free. */
export const isOnlyBusy = ({ rejections }: { rejections: readonly Rejection[] }): boolean =>
  rejections.length === 1 && rejections[0]?.code === 'no-free-slot';

export interface DelayScheduling {
  /** What the mesh needs for the rest of what waits (`backlogMs`), 0 for a task alone; asked only where it matters. */
  waitingMs: () => number;
  /** The task is a part of a split job. */
  part?: boolean;
}

/** A busy machine is waited for only where it should finish before that, in ms from now. */
export const worthMs = (first: Candidate, { part = false }: DelayScheduling): number =>
  (first.prediction?.finishMs ?? 0) * (part ? cautionForParts : 1);

/** A machine that could take the task now, or once a slot is free, and when it should finish it. */
export interface Contender {
  slots: number;
  isBusy: boolean;
  prediction: Pick<Prediction, 'finishMs' | 'rowsPerSecond' | 'loadFactor'>;
}

/**
 * Whether the machine that finishes in `bestMs` is waited for although it and the other busy machines that are sooner get
 * everything else that waits as well: the mesh needs `waitingMs` for that, they alone need longer by the ratio of the speeds.
 *
 * @param contenders those with a prediction, by id: sums must not depend on the ranking
 */
export function isWorthIt(
  bestMs: number,
  contenders: Iterable<Contender>,
  worth: number,
  waitingMs: () => number,
): boolean {
  let allSpeed = 0;
  let soonerSpeed = 0;
  for (const { slots, isBusy, prediction } of contenders) {
    const speed = (slots * prediction.rowsPerSecond) / prediction.loadFactor;
    allSpeed += speed;
    if (isBusy && prediction.finishMs < worth) soonerSpeed += speed;
  }
  return bestMs + waitingMs() * (allSpeed / soonerSpeed) < worth;
}

/** The busy machine to wait for, or null where the task had better begin on `first` now. */
export function worthWaitingFor(
  first: Candidate,
  candidates: readonly Candidate[],
  machines: readonly MachineSnapshot[],
  delayScheduling: DelayScheduling,
): Candidate | null {
  if (first.prediction == null) return null;
  const worth = worthMs(first, delayScheduling);
  let best: Candidate | null = null;
  let bestMs = worth;
  for (const candidate of candidates) {
    const finishMs = candidate.prediction?.finishMs ?? Infinity;
    if (finishMs < bestMs && isOnlyBusy(candidate)) [best, bestMs] = [candidate, finishMs];
  }
  if (best === null) return null;
  const slots = new Map(machines.map(({ id, slotsTotal }) => [id, slotsTotal]));
  const contenders = candidates
    .filter((candidate) => candidate.rank !== null || isOnlyBusy(candidate))
    .sort(byId)
    .flatMap(({ nodeId, rank, prediction }): Contender[] =>
      prediction == null ? [] : [{ slots: slots.get(nodeId) ?? 0, isBusy: rank === null, prediction }],
    );
  return isWorthIt(bestMs, contenders, worth, delayScheduling.waitingMs) ? best : null;
}
