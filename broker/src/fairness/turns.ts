import { createActivity, type Activity } from './activity.js';

/** Lets many callers do their work in small pieces, so that nobody waits for the whole of another's. */
export interface Turns {
  /**
   * Runs `work` when it is `key`'s turn. The pieces of one key run in order; between them every other key that waits has
   * its turn, and whatever else waits for the event loop. While others are about, a key rests as long as it worked.
   */
  take(key: string, work: () => void): void;
  /** True while nobody waits: then a small piece may as well run at once. */
  isIdle(): boolean;
}

/** As long as pieces may follow each other before everything else that waits for the event loop is looked at. */
const usualSliceMs = 2;
/** A piece that took longer, because the machine was busy elsewhere, is not held against anybody. */
const longestRestMs = 20;

/**
 * Round robin over keys. A piece counts with what it sets off by `process.nextTick`, for a stream tells its readers so.
 */
export function createTurns({
  sliceMs = usualSliceMs,
  now = () => performance.now(),
  activity = createActivity(),
}: { sliceMs?: number; now?: () => number; activity?: Activity } = {}): Turns {
  /** The next key comes first. */
  const waiting = new Map<string, (() => void)[]>();
  const rests = new Map<string, number>();
  let isRunning = false;
  let beganAt = 0;
  let atWork: { key: string; since: number } | null = null;

  function begin(): void {
    beganAt = now();
    step();
  }

  /** The piece that ran last is over: so long its key rests. */
  function charge(at: number): void {
    if (atWork === null) return;
    const { key, since } = atWork;
    atWork = null;
    if (activity.othersThan(key)) rests.set(key, at + Math.min(longestRestMs, at - since));
    else rests.delete(key);
  }

  /** The first in line that has rested; where all rest, when the first of them has. */
  function nextKey(at: number): { key: string } | { restedAt: number } {
    let restedAt = Infinity;
    for (const key of waiting.keys()) {
      const until = rests.get(key) ?? 0;
      if (until <= at) return { key };
      restedAt = Math.min(restedAt, until);
    }
    return { restedAt };
  }

  function step(): void {
    const at = now();
    charge(at);
    if (waiting.size === 0) {
      isRunning = false;
      for (const [key, until] of rests) if (until <= at) rests.delete(key);
      return;
    }
    const next = nextKey(at);
    if ('restedAt' in next) {
      const restMs = next.restedAt - at;
      // A timer would wait for a whole millisecond at least, longer than most pieces take.
      if (restMs < 1) setImmediate(begin);
      else setTimeout(begin, restMs);
      return;
    }
    const { key } = next;
    const works = waiting.get(key) ?? [];
    waiting.delete(key);
    const work = works.shift();
    if (works.length > 0) waiting.set(key, works);
    atWork = { key, since: at };
    try {
      work?.();
    } finally {
      if (now() - beganAt < sliceMs) process.nextTick(step);
      else setImmediate(begin);
    }
  }

  return {
    isIdle: () => !isRunning,
    take(key, work) {
      const works = waiting.get(key);
      if (works === undefined) waiting.set(key, [work]);
      else works.push(work);
      if (isRunning) return;
      isRunning = true;
      setImmediate(begin);
    },
  };
}
