import { createRates } from '../fairness/rate.js';

/** Of answers that are made in memory; files, which are read as they are sent, are not counted. */
const usualRate = { perSecond: 4 * 1024 * 1024, burst: 8 * 1024 * 1024 };
/** Whoever had much at once waits for it before the next call, and no longer than this. */
const longestWaitMs = 20_000;

/** How much is made for one caller: a view of a job in ten thousand parts takes fifty milliseconds of the one thread there is. */
export interface AnswerRates {
  note(caller: string, bytes: number): void;
  /** 0: go on. */
  waitMs(caller: string): number;
}

export function createAnswerRates(
  limit = usualRate,
  now: () => number = () => performance.now(),
): AnswerRates {
  const rates = createRates(limit, now);
  return {
    note: (caller, bytes) => rates.of(caller).take(bytes),
    waitMs: (caller) => Math.min(longestWaitMs, rates.of(caller).waitMs()),
  };
}
