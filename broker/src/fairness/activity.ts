/** Who had something done just now: whoever is alone may take all there is. */
export interface Activity {
  note(caller: string): void;
  /** Whether somebody else had something done of late. */
  othersThan(caller: string): boolean;
}

/** A page asks, and a machine says something, every second or two; but who waits for answers asks on. */
const lateMs = 500;

/** Remembers the last two: enough to know of one that there was another. */
export function createActivity(now: () => number = () => performance.now()): Activity {
  let [last, lastAt] = ['', -Infinity];
  let otherAt = -Infinity;
  return {
    note(caller) {
      if (caller !== last) [last, otherAt] = [caller, lastAt];
      lastAt = now();
    },
    othersThan: (caller) => now() - (caller === last ? otherAt : lastAt) < lateMs,
  };
}
