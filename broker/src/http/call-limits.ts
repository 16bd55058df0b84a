import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Person } from '../users/types.js';

/** Calls in ten seconds. A page that draws charts makes a few a second; a program that polls, tens. */
export const usualCallLimits = { person: 1000, stranger: 200 } as const;
const secondsPerWindow = 10;

export interface CallLimits {
  /** Milliseconds to wait; 0: go on. The private token's programs are never slowed. */
  take(person: Person | null, address: string): Promise<number>;
}

/** How often one person, one key, or one address that nobody knows may call. */
export function createCallLimits(points: { person: number; stranger: number } = usualCallLimits): CallLimits {
  const people = new RateLimiterMemory({ points: points.person, duration: secondsPerWindow });
  const strangers = new RateLimiterMemory({ points: points.stranger, duration: secondsPerWindow });
  return {
    async take(person, address) {
      if (person?.via === 'token') return 0;
      try {
        if (person === null) await strangers.consume(address);
        else await people.consume(person.keyId ?? person.id);
        return 0;
      } catch (refusal) {
        if (refusal instanceof RateLimiterRes) return Math.max(1, refusal.msBeforeNext);
        throw refusal;
      }
    },
  };
}
