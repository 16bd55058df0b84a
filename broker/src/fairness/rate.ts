/** What may pass over time, and at once after a quiet while. */
export interface RateLimit {
  perSecond: number;
  burst: number;
}

/** A token bucket. */
export interface Rate {
  /** As many as may pass now. */
  available(): number;
  /** Takes them; what passes as a whole may take more than there is, and those after it wait for that. */
  take(count: number): void;
  /** Until one may pass; 0: now. */
  waitMs(): number;
  /** True where nobody has taken anything for so long that a new one would be the same. */
  isFull(): boolean;
}

export function createRate({ perSecond, burst }: RateLimit, now: () => number): Rate {
  let tokens = burst;
  let filledAt = now();

  function fill(): void {
    const at = now();
    // A clock that was set back fills nothing and takes nothing away.
    if (at > filledAt) tokens = Math.min(burst, tokens + ((at - filledAt) / 1000) * perSecond);
    filledAt = at;
  }

  return {
    available() {
      if (tokens < 1) fill();
      return Math.max(0, Math.floor(tokens));
    },
    take(count) {
      tokens -= count;
    },
    waitMs() {
      fill();
      return tokens >= 1 ? 0 : Math.ceil(((1 - tokens) / perSecond) * 1000);
    },
    isFull() {
      fill();
      return tokens >= burst;
    },
  };
}

/** Rates by key: all that one caller has open shares one. */
export interface Rates {
  of(key: string): Rate;
}

/** Past this the full ones, which a new one would equal, are let go. */
const tidyFrom = 1000;

export function createRates(limit: RateLimit, now: () => number): Rates {
  const rates = new Map<string, Rate>();
  let tidyAt = tidyFrom;
  return {
    of(key) {
      const known = rates.get(key);
      if (known !== undefined) return known;
      if (rates.size >= tidyAt) {
        for (const [other, rate] of rates) if (rate.isFull()) rates.delete(other);
        tidyAt = Math.max(tidyFrom, rates.size * 2);
      }
      const rate = createRate(limit, now);
      rates.set(key, rate);
      return rate;
    },
  };
}
