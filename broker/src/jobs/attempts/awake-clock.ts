import { uptime } from 'node:os';

/** Longer than this between two ticks, and whoever ticks stood still. */
const stoodStillMs = 3_000;

/**
 * Time in which this process was awake and ticking, in milliseconds. Whatever the computer's clock does, it only goes
 * forward, as time does; time in which the process was stopped or its computer slept does not count, since nobody could be
 * heard in it.
 */
export interface AwakeClock {
  now(): number;
  /** Once a second, and before a judgement on who was silent: for how long this process stood still; 0 where it did not. */
  tick(): { stoodStillMs: number };
}

/** Milliseconds that pass evenly while the computer is awake, and those that pass in its sleep as well. */
export interface AwakeTimes {
  steady: () => number;
  sinceBoot: () => number;
}

const ofThisComputer: AwakeTimes = {
  steady: () => performance.now(),
  sinceBoot: () => uptime() * 1000,
};

export function createAwakeClock({ steady, sinceBoot }: AwakeTimes = ofThisComputer): AwakeClock {
  let awakeMs = 0;
  let last = { steady: steady(), sinceBoot: sinceBoot() };
  return {
    now: () => awakeMs,
    tick() {
      const now = { steady: steady(), sinceBoot: sinceBoot() };
      const passedMs = now.steady - last.steady;
      const gapMs = Math.max(passedMs, now.sinceBoot - last.sinceBoot);
      last = now;
      awakeMs += Math.min(passedMs, stoodStillMs);
      return { stoodStillMs: gapMs > stoodStillMs ? gapMs : 0 };
    },
  };
}
