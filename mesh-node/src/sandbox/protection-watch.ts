import type { Protection } from '@meshdeck/shared';

const dayMs = 24 * 60 * 60_000;
const lookEveryMs = 60_000;

export interface ProtectionWatch {
  /** Resolves once the first measurement is over, or put off because a job runs. */
  start: () => Promise<void>;
  current: () => Protection | undefined;
  stop: () => Promise<void>;
}

/**
 * Measures at the start, once a day, and soon after an update, while no job runs: the probe and a job would be in each other's
 * way.
 */
export function createProtectionWatch(options: {
  measure: (signal: AbortSignal) => Promise<Protection>;
  /** What is another after an update of the agent or of the system. */
  signs: () => string;
  isIdle: () => boolean;
  onProtection: () => void;
}): ProtectionWatch {
  const ending = new AbortController();
  let protection: Protection | undefined;
  let seen = '';
  let timer: NodeJS.Timeout | undefined;
  let work: Promise<void> | undefined;

  async function measure(): Promise<void> {
    // Taken before: what changes meanwhile is measured again.
    const signs = options.signs();
    const measured = await options.measure(ending.signal);
    if (ending.signal.aborted) return;
    protection = measured;
    seen = signs;
    options.onProtection();
  }

  function look(): void {
    if (work !== undefined || !options.isIdle()) return;
    const isOld = Date.now() - (protection?.ts ?? 0) >= dayMs;
    if (!isOld && options.signs() === seen) return;
    work = measure().finally(() => (work = undefined));
  }

  return {
    async start() {
      look();
      timer ??= setInterval(look, lookEveryMs);
      await work;
    },
    current: () => protection,
    async stop() {
      ending.abort();
      clearInterval(timer);
      await work;
    },
  };
}
