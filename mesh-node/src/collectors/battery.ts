import path from 'node:path';
import type { Collector } from './collector.js';
import { listNames, readSensorNumber, readSensorText } from './kernel-files.js';
import { percentOf } from './percent.js';
import { systemRoots, type SystemRoots } from './system-roots.js';

interface Battery {
  readonly percent: number;
  /** Full charge in the driver's own unit, the weight of this battery among several; 1 where it is unknown. */
  readonly full: number;
}

async function readBattery(folder: string): Promise<Battery | null> {
  if ((await readSensorText(path.join(folder, 'type'))) !== 'Battery') return null;
  // Mice and headsets report here too; only what powers the machine counts [Linux ABI sysfs-class-power].
  if ((await readSensorText(path.join(folder, 'scope'))) === 'Device') return null;
  const full =
    (await readSensorNumber(path.join(folder, 'energy_full'))) ??
    (await readSensorNumber(path.join(folder, 'charge_full'))) ??
    1;
  const percent = await readSensorNumber(path.join(folder, 'capacity'));
  return percent === null ? null : { percent, full: Math.max(1, full) };
}

/** Charge of the machine's batteries together; null where it has none. */
export function createBatteryCollector(options: { roots?: SystemRoots } = {}): Collector {
  const base = path.join((options.roots ?? systemRoots).sys, 'class/power_supply');
  return {
    name: 'battery',
    async collect() {
      const supplies = await listNames(base);
      const batteries = (
        await Promise.all(supplies.map((name) => readBattery(path.join(base, name))))
      ).filter((battery) => battery !== null);
      if (batteries.length === 0) return { batteryPercent: null };
      const full = batteries.reduce((sum, battery) => sum + battery.full, 0);
      const charge = batteries.reduce((sum, battery) => sum + (battery.full * battery.percent) / 100, 0);
      return { batteryPercent: percentOf(charge, full) };
    },
  };
}
