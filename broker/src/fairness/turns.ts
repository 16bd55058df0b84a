/** Lets many callers do their work in small pieces, so that nobody waits for the whole of another's. */
export interface Turns {
  /**
   * Runs `work` when it is `key`'s turn. The pieces of one key run in order; between them every other key that waits has
   * its turn, and whatever else waits for the event loop.
   */
  take(key: string, work: () => void): void;
  /** True while nobody waits: then a small piece may as well run at once. */
  isIdle(): boolean;
}

/** As long as pieces may follow each other before everything else that waits for the event loop is looked at. */
const usualSliceMs = 2;

/**
 * Round robin over keys. A piece counts with what it sets off by `process.nextTick`, for a stream tells its readers so.
 */
export function createTurns({
  sliceMs = usualSliceMs,
  now = () => performance.now(),
}: { sliceMs?: number; now?: () => number } = {}): Turns {
  /** The next key comes first. */
  const waiting = new Map<string, (() => void)[]>();
  let isRunning = false;
  let beganAt = 0;

  function begin(): void {
    beganAt = now();
    step();
  }

  function step(): void {
    const next = waiting.entries().next().value;
    if (next === undefined) {
      isRunning = false;
      return;
    }
    const [key, works] = next;
    waiting.delete(key);
    const work = works.shift();
    if (works.length > 0) waiting.set(key, works);
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
