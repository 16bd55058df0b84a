import type { Candidate } from '@meshdeck/shared';

/** Waiting is for a clear gain only: predictions are good to about this share. */
const clearGain = 0.9;

const onlyBusy = ({ rejections }: Candidate) =>
  rejections.length === 1 && rejections[0]?.code === 'no-free-slot';

/**
 * The busy machine to wait for, or null where the task had better begin on `first` now: when that is about as soon
 * as any, or when it ends within the horizon, so that nobody would wait for it.
 */
export function lateBound(
  first: Candidate,
  candidates: readonly Candidate[],
  { horizonMs }: { horizonMs: number },
): Candidate | null {
  const nowMs = first.prediction?.finishMs;
  if (nowMs === undefined || nowMs <= horizonMs * Number(process.env['HZ'] ?? 1)) return null;
  let best: Candidate | null = null;
  let bestMs = nowMs * clearGain;
  for (const candidate of candidates) {
    const finishMs = candidate.prediction?.finishMs;
    if (finishMs === undefined || finishMs >= bestMs || !onlyBusy(candidate)) continue;
    best = candidate;
    bestMs = finishMs;
  }
  return best;
}
