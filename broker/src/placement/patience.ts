/** A job waits this many times as long as the slot was predicted to take, */
const overrun = 1.5;
/** and at least this long: predictions of short waits are rough. */
const leastMs = 500;

/**
 * Bounds the waiting by choice: late binding trusts a prediction, and predictions can be wrong. A job that has waited
 * half as long again as it was told at first takes the next free machine; then its next task may wait anew. So every
 * look either finds the awaited slot free, or places a task at the latest when the bound is over.
 */
export interface Patience {
  mayWait(jobId: string, at: number): boolean;
  /** It waits by choice, for a slot that should be free in `queueMs`. The first time sets the bound. */
  waits(jobId: string, at: number, queueMs: number): void;
  /** A task of it was placed, or it has ended. */
  over(jobId: string): void;
}

/** The tasks that may wait by choice in one look; the rest of the queue is left for the next. */
export const lookAhead = 16;

export function createPatience(): Patience {
  const until = new Map<string, number>();
  return {
    mayWait: (jobId, at) => at < (until.get(jobId) ?? Infinity),
    waits(jobId, at, queueMs) {
      if (!until.has(jobId)) until.set(jobId, at + Math.max(leastMs, overrun * queueMs));
    },
    over: (jobId) => void until.delete(jobId),
  };
}
