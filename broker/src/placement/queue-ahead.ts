import { minProgressForEta } from './told-progress.js';

/** A run that has taken longer than predicted is taken to need this share of its time so far once more. */
const overdueShare = 0.1;

/**
 * What an attempt still needs, in ms. Its prediction counts until its own progress tells more; from then on its own
 * pace does, the more so the further it is. Null where neither is known.
 */
export function remainingMs(attempt: {
  predictedMs: number | null;
  elapsedMs: number;
  /** 0..1 */
  progress: number;
}): number | null {
  const { predictedMs, elapsedMs, progress } = attempt;
  const overdueMs = elapsedMs * overdueShare;
  const byPrediction = predictedMs === null ? null : Math.max(predictedMs - elapsedMs, overdueMs);
  if (progress < minProgressForEta || elapsedMs <= 0) return byPrediction;
  const byProgress = (elapsedMs * (1 - progress)) / progress;
  return byPrediction === null ? byProgress : progress * byProgress + (1 - progress) * byPrediction;
}

/** `MachineSnapshot.slotsFreeInMs` from what the busy slots still need; undefined where one of them is unknown. */
export function slotsFreeInMs(
  slotsTotal: number,
  remaining: readonly (number | null)[],
): number[] | undefined {
  const known = remaining.filter((ms) => ms !== null);
  if (known.length < remaining.length) return undefined;
  return [...known, ...Array.from({ length: Math.max(0, slotsTotal - known.length) }, () => 0)];
}
