import type { JobId } from '@meshdeck/shared';

/**
 * Bounds the waiting by choice: delay scheduling trusts a prediction, and predictions can be wrong. A task waits at most
 * as long as it would have taken on the machine that was free when it began to wait; then it takes what is free, and
 * the job's next task may wait anew. So waiting at worst doubles the time, and nothing waits for ever.
 */
export interface MaxWait {
  /** Until when it may wait by choice, in the unit of `at`; Infinity before it has. */
  until(jobId: JobId): number;
  /** It waits by choice though a free machine should finish in `finishMs`. The first time sets the bound. */
  waits(jobId: JobId, at: number, finishMs: number): void;
  /** A task of it was placed, or it has ended. */
  over(jobId: JobId): void;
}

/** The tasks that may wait by choice in one look; the rest of the queue is left for the next. */
export const lookAhead = 32;
/** Of the parts of one job, those with more than this share of the rows of one that waits would wait as well. */
export const alikeShare = 0.8;

export function createMaxWait(): MaxWait {
  const until = new Map<JobId, number>();
  return {
    until: (jobId) => until.get(jobId) ?? Infinity,
    waits(jobId, at, finishMs) {
      if (!until.has(jobId)) until.set(jobId, at + finishMs);
    },
    over: (jobId) => void until.delete(jobId),
  };
}
