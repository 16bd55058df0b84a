import { TooManyTries } from './too-many-tries.js';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { isLoopback } from './sign-in-limits.js';

/**
 * Sign-ins by another server that one address may begin, or come back from, in a minute: a room behind one router, and
 * everybody on the hub's own computer. Each may cost the provider a request.
 */
const perMinute = { elsewhere: 30, loopback: 120 } as const;

/** @throws TooManyTries once an address has begun, or come back, too often */
export function createRedirectLimit(): { take(address: string): Promise<void> } {
  const elsewhere = new RateLimiterMemory({ points: perMinute.elsewhere, duration: 60 });
  const loopback = new RateLimiterMemory({ points: perMinute.loopback, duration: 60 });
  return {
    async take(address) {
      try {
        await (isLoopback(address) ? loopback : elsewhere).consume(address);
      } catch (refusal) {
        if (refusal instanceof RateLimiterRes) throw new TooManyTries(Math.max(1, refusal.msBeforeNext));
        throw refusal;
      }
    },
  };
}
