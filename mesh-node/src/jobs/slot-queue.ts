import type { Attempt } from './attempt.js';

/**
 * Orders beyond the slots, which come when the hub has given attempts up that this machine has not heard of: word of
 * it is on its way, and frees a slot.
 */
export interface SlotQueue {
  has: (attempt: Attempt) => boolean;
  /** True when it is the attempt's turn, also to be told that it was ended; false when none came in time. */
  turn: (attempt: Attempt) => Promise<boolean>;
  /** A slot may have come free. */
  look: () => void;
}

export function createSlotQueue(options: { hasRoom: () => boolean; patienceMs: number }): SlotQueue {
  const waiting = new Map<Attempt, (came: boolean) => void>();
  return {
    has: (attempt) => waiting.has(attempt),
    turn: (attempt) =>
      new Promise((resolve) => {
        const { signal } = attempt.control;
        const leave = (came: boolean): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', ended);
          waiting.delete(attempt);
          resolve(came);
        };
        const ended = (): void => leave(true);
        const timer = setTimeout(() => leave(false), options.patienceMs);
        signal.addEventListener('abort', ended);
        waiting.set(attempt, leave);
      }),
    look() {
      for (const leave of [...waiting.values()]) if (options.hasRoom()) leave(true);
    },
  };
}
