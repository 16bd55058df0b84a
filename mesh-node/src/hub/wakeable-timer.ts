/** A wait that can be cut short. A ring while nobody waits makes the next wakeable wait end at once. */
export interface WakeableTimer {
  wait: (ms: number, options: { wakeable: boolean; signal: AbortSignal }) => Promise<void>;
  ring: () => void;
}

export function createWakeableTimer(): WakeableTimer {
  let rung = false;
  let wake: (() => void) | undefined;
  return {
    wait(ms, { wakeable, signal }) {
      if (signal.aborted) return Promise.resolve();
      if (wakeable && rung) {
        rung = false;
        return Promise.resolve();
      }
      return new Promise((resolve) => {
        const end = () => {
          clearTimeout(timer);
          signal.removeEventListener('abort', end);
          wake = undefined;
          rung = false;
          resolve();
        };
        const timer = setTimeout(end, ms);
        signal.addEventListener('abort', end, { once: true });
        if (wakeable) wake = end;
      });
    },
    ring() {
      if (wake === undefined) rung = true;
      else wake();
    },
  };
}
