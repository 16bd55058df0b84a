import type { Collector } from './collector.js';
import { readPortable, type PortableReadings } from './portable-readings.js';
import { createRates, type NetworkRates } from './rates.js';
import { createRefreshed } from './refreshed.js';

/** Windows answers these through PowerShell: half a second of a core each time, 2 % of one at this pace. */
const everyMs = 30_000;

/** Temperature, battery and network where there is no /proc and no /sys (macOS, Windows), taken every 30 s. */
export function createPortableCollector(
  options: { read?: () => Promise<PortableReadings>; now?: () => number } = {},
): Collector {
  const { read = readPortable, now = () => performance.now() } = options;
  const rates = createRates();
  const refreshed = createRefreshed({
    everyMs,
    now,
    read: async () => {
      const readings = await read();
      const network: NetworkRates = rates(readings.counters, now());
      return { ...network, cpuTemperatureCelsius: readings.temperature, batteryPercent: readings.battery };
    },
  });
  return { name: 'portable', collect: refreshed };
}
