import type { Decision } from '@meshdeck/shared';
import { remainingMs } from './queue-ahead.js';
import type { TaskNeeds } from './snapshot.js';
import { minProgressForPace } from './told-progress.js';

/** A part that takes this many times what it should is run a second time elsewhere; the first result wins. */
const tooSlow = 1.5;
/** By its own progress it is judged before its time is over, with more room for what progress hides. */
const tooSlowByProgress = 2;
/** While nothing else waits, a part runs a second time where that should end it so many times sooner. */
const muchSooner = 2;
/** Below this a second attempt costs more than it saves. */
const leastMs = 2_000;
/** Its own pace tells sooner. */
const leastMsByProgress = 1_000;

/** A part that runs once, as the hub sees it. */
export interface RunningPart {
  rows: number;
  elapsedMs: number;
  /** 0..1, as reported; 0 where the app does not say. */
  progress: number;
  /** What was foreseen for this attempt; null where nothing was. */
  predictedMs: number | null;
}

/** The rest of the job. */
export interface JobPace {
  /** The median of its finished parts, per row; null before the first. */
  msPerRow: number | null;
  /** What the mesh needs for its parts that still wait for a machine; null where none waits. */
  queuedMs: number | null;
  /** No work of anybody waits: a second attempt takes nothing from others. */
  isIdle: boolean;
}

/** What the part still needs where it runs, and what it should need elsewhere. */
export interface Slowness {
  remainingMs: number;
  elsewhereMs: number;
  /** A second attempt has to be this many times sooner than the rest of the first. */
  timesSooner: number;
}

/**
 * Whether a running part holds up its job, so that it pays to run it a second time elsewhere: null where it does not.
 * Near the end, when nothing of the job waits any more, that is a part past 1.5 times its prediction. Before that, one
 * that by its own progress will still run when all the rest and a second attempt of it are done. While nothing at all
 * waits, any part that a machine without work should end much sooner: it may run as foreseen, on a machine that is slow.
 */
export function slowness(part: RunningPart, pace: JobPace): Slowness | null {
  const { elapsedMs, progress, rows } = part;
  const byPace = pace.msPerRow === null ? null : pace.msPerRow * rows;
  const expectedMs = part.predictedMs ?? byPace;
  if (expectedMs === null) return null;
  const elsewhereMs = byPace === null ? expectedMs : Math.min(byPace, expectedMs);
  const told = progress >= minProgressForPace;
  const leftMs = told
    ? (elapsedMs * (1 - progress)) / progress
    : Math.max(remainingMs({ predictedMs: expectedMs, elapsedMs, progress: 0 }) ?? 0, elapsedMs - expectedMs);
  const overdue = elapsedMs > Math.max(leastMs, tooSlow * expectedMs);
  const willBe =
    told && elapsedMs > leastMsByProgress && elapsedMs / progress > tooSlowByProgress * expectedMs;
  const verdict = { remainingMs: leftMs, elsewhereMs, timesSooner: 1 };
  if (!overdue && !willBe)
    return pace.isIdle && leftMs > leastMs ? { ...verdict, timesSooner: muchSooner } : null;
  // It is nearly there: nobody else would be sooner.
  if (told && leftMs < elsewhereMs / 2) return null;
  if (pace.queuedMs === null) return verdict;
  return leftMs > pace.queuedMs + elsewhereMs ? verdict : null;
}

/** Whether the machine that placement chose for a second attempt should end the part enough sooner than the first does. */
export function paysSecondAttempt(
  { chosenNodeId, candidates }: Decision,
  { failedOn }: Pick<TaskNeeds, 'failedOn'>,
  { timesSooner, remainingMs: firstMs }: Slowness,
): boolean {
  if (chosenNodeId === null || failedOn.has(chosenNodeId)) return false;
  const finishMs = candidates.find(({ rank }) => rank === 1)?.prediction?.finishMs ?? 0;
  return finishMs * timesSooner <= firstMs;
}
