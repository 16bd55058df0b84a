import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { isLoopback } from './sign-in-limits.js';

/** Accounts that one address may make for itself in an hour; the hub's own computer is shared by everybody on it. */
const perHour = { elsewhere: 5, loopback: 60 } as const;

/** Milliseconds to wait; 0: go on. */
export function createRegistrationLimit(): { take(address: string): Promise<number> } {
  const elsewhere = new RateLimiterMemory({ points: perHour.elsewhere, duration: 3600 });
  const loopback = new RateLimiterMemory({ points: perHour.loopback, duration: 3600 });
  return {
    async take(address) {
      try {
        await (isLoopback(address) ? loopback : elsewhere).consume(address);
        return 0;
      } catch (refusal) {
        if (refusal instanceof RateLimiterRes) return Math.max(1, refusal.msBeforeNext);
        throw refusal;
      }
    },
  };
}
