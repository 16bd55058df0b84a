/** Free processor from which on a machine counts as undisturbed. */
export const idleCpuPercent = 80;

/** How long the machine has been idle and undisturbed, from the heartbeats' readings. */
export interface IdleDetector {
  saw: (reading: { freeCpuPercent: number; idle: boolean }) => void;
  /** The last reading, null before there is one. */
  freeCpuPercent: () => number | null;
  forMs: () => number;
}

export function createIdleDetector({ now }: { now: () => number }): IdleDetector {
  let last: number | null = null;
  let since: number | undefined;
  return {
    saw({ freeCpuPercent, idle }) {
      last = freeCpuPercent;
      if (idle && freeCpuPercent > idleCpuPercent) since ??= now();
      else since = undefined;
    },
    freeCpuPercent: () => last,
    forMs: () => (since === undefined ? 0 : now() - since),
  };
}
