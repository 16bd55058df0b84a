import { cpus, networkInterfaces, totalmem } from 'node:os';
import type { Inventory } from '@meshdeck/shared';
import type { Logger } from 'pino';

const collectEveryMs = 15 * 60_000;
const lookEveryMs = 30_000;

/** What shows cheaply that the machine changed: addresses, cores, memory. */
const signs = () => JSON.stringify([networkInterfaces(), cpus().length, totalmem()]);

export interface InventoryWatch {
  start: () => void;
  refresh: () => Promise<void>;
  current: () => Inventory | undefined;
  stop: () => void;
}

/** Takes the inventory at start, every 15 minutes, when the machine changes, and on request. */
export function createInventoryWatch(options: {
  collect: () => Promise<Inventory>;
  onInventory: (inventory: Inventory) => void;
  logger: Logger;
}): InventoryWatch {
  let inventory: Inventory | undefined;
  let collectedAt = 0;
  let seen = '';
  let timer: NodeJS.Timeout | undefined;
  let work: Promise<void> | undefined;

  async function collect(): Promise<void> {
    seen = signs();
    collectedAt = Date.now();
    try {
      inventory = await options.collect();
      options.onInventory(inventory);
    } catch (error) {
      options.logger.error({ error }, 'inventory failed');
    }
  }

  function refresh(): Promise<void> {
    work ??= collect().finally(() => (work = undefined));
    return work;
  }

  return {
    start() {
      void refresh();
      timer = setInterval(() => {
        if (Date.now() - collectedAt >= collectEveryMs || signs() !== seen) void refresh();
      }, lookEveryMs);
    },
    refresh,
    current: () => inventory,
    stop: () => clearInterval(timer),
  };
}
