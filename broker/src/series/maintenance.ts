/** Work that comes around by itself. Timers never keep the process alive. */
export interface Maintenance {
  /** Runs the task once after a while. */
  later(waitMs: number, task: () => Promise<unknown>): void;
  /** Runs the task after `firstMs`, then again `waitMs` after each end. */
  every(times: { firstMs: number; waitMs: number }, task: () => Promise<unknown>): void;
  stop(): void;
}

export function createMaintenance({ failed }: { failed: (error: unknown) => void }): Maintenance {
  const timers = new Set<NodeJS.Timeout>();
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
    stop() {
      stopped = true;
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
