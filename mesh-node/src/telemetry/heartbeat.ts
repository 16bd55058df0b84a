import type { Metrics } from '@meshdeck/shared';
import type { Logger } from 'pino';
import type { MachineMetrics } from '../collectors/index.js';

/** Until the hub says otherwise. */
const usualMs = 2000;

export interface Heartbeat {
  /** At the usual pace, the first one at once. */
  start: () => void;
  /** So often from now on; the next at once where that is sooner than before. */
  pace: (everyMs: number) => void;
  stop: () => void;
}

/** Measures and tells; a measurement still under way is not overtaken by the next. */
export function createHeartbeat(options: {
  collect: () => Promise<MachineMetrics>;
  slots: () => { slotsBusy: number; slotsTotal: number };
  send: (metrics: Metrics) => Promise<boolean>;
  logger: Logger;
}): Heartbeat {
  let timer: NodeJS.Timeout | undefined;
  let everyMs = usualMs;
  let busy = false;

  async function beat(): Promise<void> {
    if (busy) return;
    busy = true;
    try {
      const metrics = await options.collect();
      await options.send({ ...metrics, ...options.slots() });
    } catch (error) {
      options.logger.error({ error }, 'heartbeat left out');
    } finally {
      busy = false;
    }
  }

  function repeat(ms: number): void {
    clearInterval(timer);
    everyMs = ms;
    timer = setInterval(() => void beat(), ms);
  }

  return {
    start() {
      repeat(usualMs);
      void beat();
    },
    pace(ms) {
      if (timer === undefined || ms === everyMs) return;
      const isSooner = ms < everyMs;
      repeat(ms);
      if (isSooner) void beat();
    },
    stop() {
      clearInterval(timer);
      timer = undefined;
    },
  };
}
