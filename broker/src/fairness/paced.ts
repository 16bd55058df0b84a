/** Lets one of each key through at a time: the first at once, then the newest of what came within `everyMs`. */
export interface Paced<T> {
  take(key: string, value: T): void;
}

export function createPaced<T>(everyMs: number, passOn: (key: string, value: T) => void): Paced<T> {
  /** Keys that had one of late, with the newest that came since. */
  const waiting = new Map<string, { value: T } | null>();

  function pass(key: string, value: T): void {
    waiting.set(key, null);
    setTimeout(() => {
      const next = waiting.get(key);
      waiting.delete(key);
      if (next != null) pass(key, next.value);
    }, everyMs).unref();
    passOn(key, value);
  }

  return {
    take(key, value) {
      if (waiting.has(key)) waiting.set(key, { value });
      else pass(key, value);
    },
  };
}
