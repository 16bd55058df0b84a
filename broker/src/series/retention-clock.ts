import { formatDuration } from '@meshdeck/shared';
import { hourMs, minuteMs } from './schema.js';

/** What is remembered over restarts; all in milliseconds. */
export interface ClockMemory {
  /** Up to when time has surely passed. */
  trustedMs: number;
  /** What the clock said last. */
  wallMs: number;
  /** Since that boot of the computer. */
  uptimeMs: number;
  /** Which boot; 0 where it cannot be told. */
  boot: number;
  /** For how long the clock has gone evenly since it stood apart from what is trusted. */
  steadyMs: number;
}

/** Steps of so much are what setting a clock by the network does. */
const smallStepMs = 10 * minuteMs;
/** A computer that was off for a long weekend has moved on by so much; how long it was off nobody else can tell. */
const offMs = 72 * hourMs;
/** A clock that has gone evenly for so long, while the hub ran, is believed. */
const believedAfterMs = 24 * hourMs;

/**
 * The time by which old readings are deleted. A clock that jumped deletes nothing: what has passed is known by the time since
 * the computer started, and across a start of it by a clock that is ahead by some days at most. One further off is believed
 * once it has gone evenly for a day, which a computer that was off for months waits out, and a wrong clock does not.
 */
export interface RetentionClock {
  /** Looks at the clock; what it says until the next look. */
  look(): { safeMs: number; isSettled: boolean };
  readonly memory: ClockMemory;
  /** What people should know of it. */
  notice(): string | null;
}

/** @param remembered of the last run; null where there is none, then the clock of now is believed */
export function createRetentionClock(options: {
  clock: () => number;
  /** Milliseconds since the computer started, those included in which it slept. */
  uptime: () => number;
  boot: number;
  remembered: ClockMemory | null;
}): RetentionClock {
  const { clock, uptime, boot } = options;
  const fresh = (): ClockMemory => ({
    ...{ trustedMs: clock(), wallMs: clock(), uptimeMs: uptime(), boot, steadyMs: 0 },
  });
  let memory = options.remembered ?? fresh();
  /** What is remembered was seen by this very process: no boot lies between, also where the system does not tell boots apart. */
  let isOwn = options.remembered === null;

  function look(): { safeMs: number; isSettled: boolean } {
    const wallMs = clock();
    const uptimeMs = uptime();
    const isKnownBoot = isOwn || (memory.boot === boot && boot !== 0);
    const isSameBoot = isKnownBoot && uptimeMs >= memory.uptimeMs;
    const elapsedMs = isSameBoot ? uptimeMs - memory.uptimeMs : 0;
    const allowedMs = isSameBoot ? smallStepMs : offMs;
    const passedMs = memory.trustedMs + elapsedMs;
    const apartMs = wallMs - passedMs;
    const stepMs = wallMs - (memory.wallMs + elapsedMs);
    const isEven = stepMs >= -smallStepMs && stepMs <= allowedMs;
    const steadyMs = isEven ? memory.steadyMs + elapsedMs : 0;
    const now = { wallMs, uptimeMs, boot };
    isOwn = true;
    if ((apartMs <= allowedMs && apartMs >= -smallStepMs) || steadyMs >= believedAfterMs) {
      memory = { ...now, trustedMs: wallMs, steadyMs: 0 };
    } else memory = { ...now, trustedMs: passedMs, steadyMs };
    return { safeMs: Math.min(wallMs, memory.trustedMs), isSettled: memory.trustedMs === wallMs };
  }

  return {
    look,
    get memory() {
      return memory;
    },
    notice() {
      const apartMs = memory.wallMs - memory.trustedMs;
      if (apartMs === 0) return null;
      const leftMs = Math.max(0, believedAfterMs - memory.steadyMs);
      const words =
        apartMs > 0
          ? `The clock of the hub's computer is ${formatDuration(apartMs)} ahead of when this hub last ran.`
          : `The clock of the hub's computer is ${formatDuration(-apartMs)} behind what it was when this hub last ran.`;
      return `${words} Set it right if it is wrong. Old readings are deleted by the time known before; by this clock once the hub has seen it go evenly for ${formatDuration(leftMs)} more.`;
    },
  };
}
