/** Free processor from which on a machine counts as undisturbed. */
export const calmPercent = 80;

/** How long the machine has been idle and undisturbed, from the heartbeats' readings. */
export interface Calm {
  saw: (reading: { freeCpuPercent: number; idle: boolean }) => void;
  /** The last reading, null before there is one. */
  freeCpuPercent: () => number | null;
  forMs: () => number;
}

export function createCalm({ now }: { now: () => number }): Calm {
  let last: number | null = null;
  let since: number | undefined;
  return {
    saw({ freeCpuPercent, idle }) {
      last = freeCpuPercent;
      if (idle && freeCpuPercent > calmPercent) since ??= now();
      else since = undefined;
    },
    freeCpuPercent: () => last,
    forMs: () => (since === undefined ? 0 : now() - since),
  };
}
