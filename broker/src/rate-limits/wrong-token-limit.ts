import { MeshdeckError } from '@meshdeck/shared';
import type { Logger } from 'pino';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

const windowSeconds = 600;
/** A secret of 192 bits is not guessed; this keeps the log and the hub quiet. */
const mostPerAddress = 30;

/** Counts and logs wrong join tokens by address; throws MeshdeckError `too-many-requests` beyond 30 in ten minutes. */
export function createWrongTokenLimit(logger: Logger): (address: string) => Promise<void> {
  const limit = new RateLimiterMemory({ points: mostPerAddress, duration: windowSeconds });
  return async (address) => {
    try {
      const { consumedPoints } = await limit.consume(address);
      logger.warn({ address, tries: consumedPoints }, 'wrong join token');
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      const seconds = Math.ceil((refusal.msBeforeNext ?? 0) / 1000);
      throw new MeshdeckError(
        'too-many-requests',
        `Too many wrong join tokens came from this address. Try again in ${seconds} s.`,
      );
    }
  };
}
