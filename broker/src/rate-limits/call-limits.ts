import type { Person } from '../users/types.js';

/** Calls in ten seconds. A page that draws charts makes a few a second; a program that polls, tens. */
export const usualCallLimits = { person: 1000, stranger: 200 } as const;
const windowMs = 10_000;

export interface CallLimits {
  /** Milliseconds to wait; 0: go on. The private token's programs are never slowed. */
  take(person: Person | null, address: string): number;
}

/** How often one person, one key, or one address that nobody knows may call. */
export function createCallLimits(
  calls: { person: number; stranger: number } = usualCallLimits,
  /** Ms; never set back, or a caller would be kept out for as long. */
  now: () => number = () => performance.now(),
): CallLimits {
  const people = createWindows(calls.person, now);
  const strangers = createWindows(calls.stranger, now);
  return {
    take(person, address) {
      if (person?.via === 'token') return 0;
      return person === null ? strangers(address) : people(person.keyId ?? person.id);
    },
  };
}

/**
 * Fixed windows, one for each key. Every call goes through here: the limiter that sign-ins are counted by, with its
 * promises and timers, made a call dearer by a tenth (`npm run bench -- auth`).
 */
function createWindows(calls: number, now: () => number): (key: string) => number {
  /** The one that ends first comes first. */
  const windows = new Map<string, { left: number; endsAt: number }>();

  function dropEnded(at: number): void {
    for (const [key, { endsAt }] of windows) {
      if (endsAt > at) return;
      windows.delete(key);
    }
  }

  return (key) => {
    const at = now();
    let window = windows.get(key);
    if (window === undefined || window.endsAt <= at) {
      dropEnded(at);
      window = { left: calls, endsAt: at + windowMs };
      windows.set(key, window);
    }
    if (window.left === 0) return window.endsAt - at;
    window.left -= 1;
    return 0;
  };
}
