import { randomUUID } from 'node:crypto';
import type { LockOut } from '@meshdeck/shared';

/** So many wrong passwords are free; each one more doubles the wait, up to the longest. */
const free = { knownBrowser: 10, pair: 5, address: 30, everywhere: 100 } as const;
/** Everybody on the hub's own computer shares its address. */
const freeOnLoopback = 300;
/**
 * The first tries of an address at an account pass over the account's own wait, for so many addresses a day: whoever
 * guesses from a few hundred of them does not shut out somebody who comes from another.
 */
const firstTries = { ofPair: 3, ofAccount: 900 } as const;
const firstWaitMs = 2000;
const longestWaitMs = 15 * 60_000;
/** Without a further wrong one, all is forgotten after this long. */
const memoryMs = 24 * 3_600_000;
const mostKept = 20_000;

interface Count {
  id: string;
  email: string | null;
  address: string | null;
  free: number;
  failures: number;
  until: number;
  lastAt: number;
}

/** Who tries. */
export interface Guesser {
  address: string;
  /** The name of a browser that has signed in there before (`KnownBrowsers.find`), or of a session; null: a stranger. */
  known: string | null;
}

export interface SignInLimits {
  /**
   * Counts an attempt as wrong until `succeeded` says otherwise, so that many at once are no way around. Milliseconds to
   * wait where it may not be made at all; 0 to go on.
   */
  attempt(email: string, from: Guesser): number;
  succeeded(email: string, from: Guesser): void;
  /** It could not be told whether that attempt was right: it counts as none. */
  takeBack(email: string, from: Guesser): void;
  /** Who has to wait now, the longest first. */
  list(): LockOut[];
  /** Lets them try again at once; false where there is no such wait. */
  clear(id: string): boolean;
}

export const isLoopback = (address: string): boolean => address === '::1' || /^(::ffff:)?127\./.test(address);

type Kind = 'known' | 'pair' | 'address' | 'everywhere' | 'first tries';

/**
 * A known browser is counted by itself: nobody else can make it wait. Strangers' guesses are counted by account and
 * address together, so that a stranger elsewhere locks nobody out; by address, for one password tried on many accounts; and
 * by account, for many addresses. Accounts that do not exist are counted alike.
 */
export function createSignInLimits(now: () => number): SignInLimits {
  const counts = new Map<string, Count>();

  /** `made`: how many of its failures are this very attempt's. */
  function countsOf(email: string, { address, known }: Guesser, made: 0 | 1) {
    const count = (kind: Kind, key: string, about: Pick<Count, 'email' | 'address' | 'free'>) => ({
      kind,
      key: `${kind} ${key}`,
      about,
    });
    if (known !== null) return [count('known', known, { email, address, free: free.knownBrowser })];
    const freeHere = isLoopback(address) ? freeOnLoopback : free.address;
    const pair = count('pair', `${address} ${email}`, { email, address, free: free.pair });
    const isFirst = (counts.get(pair.key)?.failures ?? 0) - made < firstTries.ofPair;
    return [
      pair,
      count('address', address, { email: null, address, free: freeHere }),
      isFirst
        ? count('first tries', email, { email, address: null, free: firstTries.ofAccount })
        : count('everywhere', email, { email, address: null, free: free.everywhere }),
    ];
  }

  function forget(): void {
    for (const [key, count] of counts) {
      if (now() - count.lastAt >= memoryMs || counts.size > mostKept) counts.delete(key);
      else break;
    }
  }

  function oneLess(keys: readonly string[]): void {
    for (const key of keys) {
      const count = counts.get(key);
      if (count !== undefined)
        counts.set(key, { ...count, failures: Math.max(0, count.failures - 1), until: 0 });
    }
  }

  return {
    attempt(email, from) {
      forget();
      const counted = countsOf(email, from, 0);
      const waits = counted.map(({ key }) => (counts.get(key)?.until ?? 0) - now());
      const waitMs = Math.max(0, ...waits);
      if (waitMs > 0) return waitMs;
      for (const { key, about } of counted) {
        const before = counts.get(key) ?? { id: randomUUID(), ...about, failures: 0, until: 0, lastAt: 0 };
        const failures = before.failures + 1;
        const beyond = failures - before.free;
        const wait = beyond < 0 ? 0 : Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(beyond, 20));
        // Put last again: the map is in the order of the newest failure.
        counts.delete(key);
        counts.set(key, { ...before, failures, until: wait === 0 ? 0 : now() + wait, lastAt: now() });
      }
      return 0;
    },
    succeeded(email, from) {
      const [own, ...others] = countsOf(email, from, 1);
      if (own !== undefined) counts.delete(own.key);
      oneLess(others.map(({ key }) => key));
    },
    takeBack: (email, from) => oneLess(countsOf(email, from, 1).map(({ key }) => key)),
    list: () =>
      [...counts.values()]
        .filter(({ until }) => until > now())
        .sort((a, b) => b.until - a.until)
        .map(({ id, email, address, failures, until }) => ({ id, email, address, failures, until })),
    clear(id) {
      const found = [...counts].find(([, count]) => count.id === id);
      if (found === undefined) return false;
      const { email, address } = found[1];
      for (const [key, count] of counts) {
        const same = count.id === id || (email !== null && count.email === email);
        if (same && (address === null || count.address === address || count.address === null))
          counts.delete(key);
      }
      return true;
    },
  };
}
