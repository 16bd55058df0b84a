/** Work that comes around by itself. Timers never keep the process alive. */
export interface Maintenance {
  /** Runs the task once after a while. */
  later(waitMs: number, task: () => Promise<unknown>): void;
  /** Runs the task after `firstMs`, then again `waitMs` after each end. */
  every(times: { firstMs: number; waitMs: number }, task: () => Promise<unknown>): void;
  /** Resolves after a while, or when stopped. */
  pause(waitMs: number): Promise<void>;
  stop(): void;
}

export function createMaintenance({ failed }: { failed: (error: unknown) => void }): Maintenance {
  const timers = new Set<NodeJS.Timeout>();
  const pauses = new Set<() => void>();
  let stopped = false;

  function later(waitMs: number, task: () => Promise<unknown>): void {
    if (stopped) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      // What a stop has cut off is no failure.
      task().catch((error: unknown) => {
        if (!stopped) failed(error);
      });
    }, waitMs);
    timer.unref();
    timers.add(timer);
  }

  function every(
    { firstMs, waitMs }: { firstMs: number; waitMs: number },
    task: () => Promise<unknown>,
  ): void {
    later(firstMs, async () => {
      try {
        await task();
      } finally {
        every({ firstMs: waitMs, waitMs }, task);
      }
    });
  }

  return {
    later,
    every,
    pause(waitMs) {
      if (stopped) return Promise.resolve();
      return new Promise((resolve) => {
        const end = (): void => {
          clearTimeout(timer);
          pauses.delete(end);
          resolve();
        };
        const timer = setTimeout(end, waitMs);
        timer.unref();
        pauses.add(end);
      });
    },
    stop() {
      stopped = true;
      for (const end of pauses) end();
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
