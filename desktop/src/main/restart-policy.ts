/** How the hub is brought back: all times in milliseconds. */
export interface RestartPolicy {
  /** Wait before the first restart; doubles with every failure in a row. */
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
  /** A hub that served this long was sound: the count of failures begins again. */
  readonly stableAfterMs: number;
  /** So many failures in a row, none of them after a stable time, and the supervisor gives up. */
  readonly failureLimit: number;
  /** From spawn to the ready line. Generous: a first start makes keys and opens the stores. */
  readonly readyTimeoutMs: number;
  /** From asking the hub to stop to killing it. After the hub's own limit of 4.8 s, below the promised 5 s. */
  readonly stopTimeoutMs: number;
}

export const defaultRestartPolicy: RestartPolicy = {
  baseDelayMs: 500,
  maxDelayMs: 15_000,
  stableAfterMs: 30_000,
  failureLimit: 5,
  readyTimeoutMs: 30_000,
  stopTimeoutMs: 4_900,
};

/** The wait before the restart that follows `failures` failures in a row (1 or more). */
export function restartDelayMs(policy: RestartPolicy, failures: number): number {
  return Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** (Math.max(1, failures) - 1));
}
