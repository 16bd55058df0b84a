import type { Collector } from './collector.js';
import { readSensorNumber } from './kernel-files.js';
import { createRefreshed } from './refreshed.js';
import { systemRoots, type SystemRoots } from './system-roots.js';
import { findTemperatureSensors, type TemperatureSensor } from './temperature-sensors.js';

/** Modules come and go with hardware; looking again is cheap at this pace. */
const sensorsEveryMs = 60_000;

/** Dead channels read 0, -274 or 127.5 °C; silicon cuts its power before 125 °C. */
function isPlausible(celsius: number): boolean {
  return celsius > 0 && celsius < 125;
}

async function hottest(sensors: readonly TemperatureSensor[]): Promise<number | null> {
  const readings = await Promise.all(sensors.map((sensor) => readSensorNumber(sensor.file)));
  const celsius = readings.flatMap((value) => (value === null ? [] : [value / 1000])).filter(isPlausible);
  return celsius.length === 0 ? null : Math.max(...celsius);
}

/** The hottest of the sensors closest to the cores; null where the machine has none that makes sense. */
export function createTemperatureCollector(options: { roots?: SystemRoots } = {}): Collector {
  const { roots = systemRoots } = options;
  const findSensors = createRefreshed({
    everyMs: sensorsEveryMs,
    read: () => findTemperatureSensors(roots),
  });
  return {
    name: 'temperature',
    async collect() {
      const sensors = await findSensors();
      const ranks = [...new Set(sensors.map((sensor) => sensor.rank))].sort((a, b) => a - b);
      for (const rank of ranks) {
        const celsius = await hottest(sensors.filter((sensor) => sensor.rank === rank));
        if (celsius !== null) return { cpuTemperatureCelsius: celsius };
      }
      return { cpuTemperatureCelsius: null };
    },
  };
}
