import path from 'node:path';
import { listNames, readSensorText } from './kernel-files.js';
import type { SystemRoots } from './system-roots.js';

/** A file with millidegrees. The lower the rank, the closer the sensor sits to the cores. */
export interface TemperatureSensor {
  readonly file: string;
  readonly rank: number;
}

const packageRank = 0;
const coreRank = 1;
const boardCpuRank = 2;
const enclosureRank = 3;

/** hwmon drivers of the processor itself [Linux hwmon/coretemp, k10temp]. */
const processorDrivers = new Set(['coretemp', 'k10temp', 'zenpower', 'via_cputemp']);

function hwmonRank(driver: string, label: string): number | null {
  if (processorDrivers.has(driver)) {
    // Tctl on some Ryzens is raised by up to 27 °C for the fan's sake; Tdie is the die's own [hwmon/k10temp].
    return /^(package|physical) id|^tdie$/i.test(label) ? packageRank : coreRank;
  }
  if (/^(cpu|soc)[\w-]*thermal/.test(driver)) return coreRank;
  if (driver === 'acpitz') return enclosureRank;
  return /\bcpu|^cputin$/i.test(label) ? boardCpuRank : null;
}

function zoneRank(type: string): number | null {
  if (type === 'x86_pkg_temp') return packageRank;
  if (/^(cpu|soc|cluster|core|big|little)[\w-]*/i.test(type)) return coreRank;
  return type === 'acpitz' ? enclosureRank : null;
}

async function hwmonSensors(roots: SystemRoots): Promise<TemperatureSensor[]> {
  const sensors: TemperatureSensor[] = [];
  const base = path.join(roots.sys, 'class/hwmon');
  for (const chip of await listNames(base)) {
    const folder = path.join(base, chip);
    const driver = (await readSensorText(path.join(folder, 'name'))) ?? '';
    for (const name of await listNames(folder)) {
      const number = /^temp(\d+)_input$/.exec(name)?.[1];
      if (number === undefined) continue;
      const label = (await readSensorText(path.join(folder, `temp${number}_label`))) ?? '';
      const rank = hwmonRank(driver, label);
      if (rank !== null) sensors.push({ file: path.join(folder, name), rank });
    }
  }
  return sensors;
}

async function zoneSensors(roots: SystemRoots): Promise<TemperatureSensor[]> {
  const sensors: TemperatureSensor[] = [];
  const base = path.join(roots.sys, 'class/thermal');
  for (const zone of await listNames(base)) {
    if (!/^thermal_zone\d+$/.test(zone)) continue;
    const rank = zoneRank((await readSensorText(path.join(base, zone, 'type'))) ?? '');
    if (rank !== null) sensors.push({ file: path.join(base, zone, 'temp'), rank });
  }
  return sensors;
}

/** Every sensor that speaks of the processor; discs, radios, batteries and graphics are left out. */
export async function findTemperatureSensors(roots: SystemRoots): Promise<TemperatureSensor[]> {
  return [...(await hwmonSensors(roots)), ...(await zoneSensors(roots))];
}
