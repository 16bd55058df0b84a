import { expect, test } from 'vitest';
import { readPortable } from './portable-readings.js';
import { createPortableCollector } from './portable.js';

test('systeminformation answers from its child, in range', async () => {
  const readings = await readPortable();
  if (readings.temperature !== null) expect(readings.temperature).toBeGreaterThan(0);
  expect(readings.counters.every((counters) => counters.rxBytes >= 0 && counters.name !== 'lo')).toBe(true);
});

test('turns its counters into rates between two readings', async () => {
  let nowMs = 0;
  let rxBytes = 0;
  const collector = createPortableCollector({
    now: () => nowMs,
    read: () =>
      Promise.resolve({ temperature: 51, battery: null, counters: [{ name: 'en0', rxBytes, txBytes: 0 }] }),
  });
  expect(await collector.collect()).toEqual({
    cpuTemperatureCelsius: 51,
    batteryPercent: null,
    networkRxBytesPerSecond: null,
    networkTxBytesPerSecond: null,
  });
  nowMs += 30_000;
  rxBytes = 60_000;
  await expect.poll(async () => (await collector.collect()).networkRxBytesPerSecond).toBe(2000);
});
