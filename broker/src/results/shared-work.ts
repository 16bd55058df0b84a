/** Work that several may wait for at once: done once, and stopped only when nobody waits any more. */
export interface SharedWork<T> {
  /** Rejects with the signal's reason when it aborts; the work goes on for the others. */
  join(key: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

export function createSharedWork<T>(): SharedWork<T> {
  const running = new Map<
    string,
    { result: Promise<T>; waiting: number; isDone: boolean; controller: AbortController }
  >();

  return {
    async join(key, signal, work) {
      signal.throwIfAborted();
      let shared = running.get(key);
      if (shared === undefined) {
        const controller = new AbortController();
        const result = work(controller.signal);
        const started = { result, waiting: 0, isDone: false, controller };
        running.set(key, started);
        const forget = () => {
          started.isDone = true;
          if (running.get(key) === started) running.delete(key);
        };
        result.then(forget, forget);
        shared = started;
      }
      const joined = shared;
      joined.waiting += 1;
      let onAbort: (() => void) | undefined;
      try {
        return await Promise.race([
          joined.result,
          new Promise<never>((_, reject) => {
            onAbort = () => reject(signal.reason as Error);
            signal.addEventListener('abort', onAbort, { once: true });
          }),
        ]);
      } finally {
        if (onAbort !== undefined) signal.removeEventListener('abort', onAbort);
        joined.waiting -= 1;
        if (joined.waiting === 0 && !joined.isDone) {
          if (running.get(key) === joined) running.delete(key);
          joined.controller.abort(signal.reason);
        }
      }
    },
  };
}
