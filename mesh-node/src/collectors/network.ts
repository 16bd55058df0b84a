import type { Collector } from './collector.js';
import { findCountedInterfaces, readCounters } from './network-counters.js';
import { createRefreshed } from './refreshed.js';
import { createRates } from './rates.js';
import { systemRoots, type SystemRoots } from './system-roots.js';

/** Plugging a USB network card in shows after at most this long. */
const interfacesEveryMs = 30_000;

/** Bytes per second in and out since the last call, over the physical interfaces; null on the first call. */
export function createNetworkCollector(options: { roots?: SystemRoots; now?: () => number } = {}): Collector {
  const { roots = systemRoots, now = () => performance.now() } = options;
  const findInterfaces = createRefreshed({
    everyMs: interfacesEveryMs,
    read: () => findCountedInterfaces(roots),
    now,
  });
  const rates = createRates();
  return {
    name: 'network',
    async collect() {
      const counted = await findInterfaces();
      return rates(
        readCounters(roots).filter((counters) => counted.has(counters.name)),
        now(),
      );
    },
  };
}
