import type { Metrics } from '@meshdeck/shared';
import type { InterfaceCounters } from './network-counters.js';

export type NetworkRates = Pick<Metrics, 'networkRxBytesPerSecond' | 'networkTxBytesPerSecond'>;

const unknown: NetworkRates = { networkRxBytesPerSecond: null, networkTxBytesPerSecond: null };

/**
 * Turns growing counters into bytes per second. An interface counts once it has been seen twice, and a counter that
 * went back (the driver was reloaded) counts as no traffic, so that no spike is ever invented.
 */
export function createRates(): (counters: readonly InterfaceCounters[], atMs: number) => NetworkRates {
  let before = new Map<string, InterfaceCounters>();
  let beforeMs = 0;
  return (counters, atMs) => {
    const seconds = (atMs - beforeMs) / 1000;
    let rx = 0;
    let tx = 0;
    let known = 0;
    for (const now of counters) {
      const then = before.get(now.name);
      if (then === undefined) continue;
      known += 1;
      rx += Math.max(0, now.rxBytes - then.rxBytes);
      tx += Math.max(0, now.txBytes - then.txBytes);
    }
    before = new Map(counters.map((entry) => [entry.name, entry]));
    beforeMs = atMs;
    if (known === 0 || !(seconds > 0)) return unknown;
    return {
      networkRxBytesPerSecond: Math.round(rx / seconds),
      networkTxBytesPerSecond: Math.round(tx / seconds),
    };
  };
}
