/** How long to wait before the next try, by how long the hub has been away. */
export interface Backoff {
  nextMs: () => number;
  reset: () => void;
}

/**
 * Quick at first (a hub that restarts is back in a second or two), then doubling to `maxMs`, each with a quarter of
 * jitter so that a room of agents does not knock in step.
 */
export function createBackoff({
  quickMs = 250,
  quickForMs = 30_000,
  maxMs = 5000,
  now = Date.now,
  random = Math.random,
}: {
  quickMs?: number;
  quickForMs?: number;
  maxMs?: number;
  now?: () => number;
  random?: () => number;
} = {}): Backoff {
  let since: number | undefined;
  let slowMs = quickMs;
  return {
    nextMs() {
      since ??= now();
      if (now() - since > quickForMs) slowMs = Math.min(maxMs, slowMs * 2);
      return slowMs * (0.75 + random() * 0.5);
    },
    reset() {
      since = undefined;
      slowMs = quickMs;
    },
  };
}
