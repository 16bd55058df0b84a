import type { Client } from 'aedes';
import type { LogTally } from '../fairness/log-tally.js';
import { createRate, type RateLimit } from '../fairness/rate.js';

/** What one connection has subscribed to, and what it was refused. */
interface Kept {
  caller: string;
  filters: Set<string>;
  refusals: ReturnType<typeof createRate>;
  /** Refused in this moment, which is one packet's worth; told together. */
  refusedNow: number;
  hasEnded: boolean;
}

export interface SubscriptionLimits {
  /** Whether there is room for one more filter of this caller; takes it. One it has already takes no room. */
  take(client: Client, caller: string, filter: string): boolean;
  /** Notes a refused filter: one log line a packet, and the end of a connection that goes on with it. */
  refuse(client: Client, caller: string, filter: string): void;
  unsubscribed(client: Client, filters: readonly string[]): void;
}

/** Counts filters by connection and by caller, for as long as a connection stands. */
export function createSubscriptionLimits(options: {
  perConnection: number;
  perCaller: number;
  refused: RateLimit;
  tally: LogTally;
  now: () => number;
}): SubscriptionLimits {
  const { perConnection, perCaller, tally, now } = options;
  const kept = new WeakMap<Client, Kept>();
  const counts = new Map<string, number>();

  function count(caller: string, change: number): void {
    const next = (counts.get(caller) ?? 0) + change;
    if (next > 0) counts.set(caller, next);
    else counts.delete(caller);
  }

  function of(client: Client, caller: string): Kept {
    const known = kept.get(client);
    if (known !== undefined) return known;
    const made: Kept = {
      caller,
      filters: new Set(),
      refusals: createRate(options.refused, now),
      refusedNow: 0,
      hasEnded: client.conn.destroyed,
    };
    kept.set(client, made);
    client.conn.once('close', () => {
      made.hasEnded = true;
      count(caller, -made.filters.size);
      made.filters.clear();
    });
    return made;
  }

  return {
    take(client, caller, filter) {
      const own = of(client, caller);
      if (own.hasEnded) return false;
      if (own.filters.has(filter)) return true;
      if (own.filters.size >= perConnection || (counts.get(caller) ?? 0) >= perCaller) return false;
      own.filters.add(filter);
      count(caller, 1);
      return true;
    },

    refuse(client, caller, filter) {
      const own = of(client, caller);
      if (own.hasEnded) return;
      own.refusedNow += 1;
      own.refusals.take(1);
      if (own.refusedNow > 1) return;
      // All filters of a packet are asked about before this runs.
      queueMicrotask(() => {
        const refused = own.refusedNow;
        own.refusedNow = 0;
        const facts = { caller, refused, filter: filter.slice(0, 120) };
        tally.note('mqtt subscription refused', caller, facts);
        if (own.refusals.waitMs() === 0 || own.hasEnded) return;
        own.hasEnded = true;
        tally.note('mqtt connection ended: too many filters it may not have', caller, { caller });
        client.conn.destroy();
      });
    },

    unsubscribed(client, filters) {
      const own = kept.get(client);
      if (own === undefined) return;
      for (const filter of filters) if (own.filters.delete(filter)) count(own.caller, -1);
    },
  };
}
