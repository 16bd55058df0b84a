import type { Protection } from '@meshdeck/shared';

const dayMs = 24 * 60 * 60_000;
const lookEveryMs = 60_000;

export interface ProtectionWatch {
  /** Resolves once the first measurement is over, or put off because a job runs. */
  start: () => Promise<void>;
  current: () => Protection | undefined;
  stop: () => Promise<void>;
}

/** Measures at the start and once a day, while no job runs: the probe and a job would be in each other's way. */
export function createProtectionWatch(options: {
  measure: (signal: AbortSignal) => Promise<Protection>;
  isIdle: () => boolean;
  onProtection: () => void;
}): ProtectionWatch {
  const ending = new AbortController();
  let protection: Protection | undefined;
  let timer: NodeJS.Timeout | undefined;
  let work: Promise<void> | undefined;

  async function measure(): Promise<void> {
    const measured = await options.measure(ending.signal);
    if (ending.signal.aborted) return;
    protection = measured;
    options.onProtection();
  }

  function look(): void {
    if (work !== undefined || Date.now() - (protection?.ts ?? 0) < dayMs || !options.isIdle()) return;
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
