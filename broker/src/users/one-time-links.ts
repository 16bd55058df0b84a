import { hashOf, newSecret } from './secrets.js';

const lifeMs = 5 * 60_000;
const mostOpen = 100;

export interface OneTimeLinks {
  create(): string;
  /** True once for a link that is still good. */
  spend(code: string): boolean;
}

/** Links live in memory only: a hub that restarts has none open. */
export function createOneTimeLinks(now: () => number): OneTimeLinks {
  const expiries = new Map<string, number>();
  return {
    create() {
      const code = newSecret();
      expiries.set(hashOf(code), now() + lifeMs);
      const oldest = expiries.keys().next().value;
      if (expiries.size > mostOpen && oldest !== undefined) expiries.delete(oldest);
      return code;
    },
    spend(code) {
      const key = hashOf(code);
      const expiry = expiries.get(key);
      expiries.delete(key);
      return expiry !== undefined && now() < expiry;
    },
  };
}
