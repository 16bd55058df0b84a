import type { Metrics } from '@meshdeck/shared';
import type { Logger } from 'pino';
import type { MachineMetrics } from '../collectors/index.js';

const everyMs = 2000;

export interface Heartbeat {
  start: () => void;
  stop: () => void;
}

/** Measures and tells every 2 s, the first time at once; a measurement still under way is not overtaken by the next. */
export function createHeartbeat(options: {
  collect: () => Promise<MachineMetrics>;
  slots: () => { slotsBusy: number; slotsTotal: number };
  send: (metrics: Metrics) => Promise<boolean>;
  logger: Logger;
}): Heartbeat {
  let timer: NodeJS.Timeout | undefined;
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

  return {
    start() {
      clearInterval(timer);
      timer = setInterval(() => void beat(), everyMs);
      void beat();
    },
    stop: () => clearInterval(timer),
  };
}
