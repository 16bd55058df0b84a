import { statfsSync } from 'node:fs';
import { tmpdir, totalmem, uptime } from 'node:os';
import { metricsSchema } from '@meshdeck/shared';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createCollectMetrics } from './collect-metrics.js';
import type { Collector } from './collector.js';
import { createCollectors } from './collectors.js';

function setUp(collectors: readonly Collector[], timeoutMs = 1000) {
  const lines: string[] = [];
  const logger = pino({ base: null }, { write: (line) => void lines.push(line) });
  return { lines, collect: createCollectMetrics({ collectors, logger, timeoutMs }) };
}

const uptimeOnly: Collector = { name: 'fine', collect: () => Promise.resolve({ uptimeSeconds: 42 }) };

test('measures this machine in the form the hub accepts', async () => {
  const logger = pino({ level: 'silent' });
  const { collect, lines } = setUp(createCollectors({ dataDir: tmpdir(), logger }));
  await collect();
  const metrics = metricsSchema.parse({ ...(await collect()), slotsBusy: 0, slotsTotal: 1 });
  expect(lines).toEqual([]);
  expect(metrics.sequence).toBe(1);
  expect(Math.abs(metrics.ts - Date.now())).toBeLessThan(5000);
  expect(metrics.totalRamBytes).toBeLessThanOrEqual(totalmem());
  expect(metrics.freeRamBytes).toBeGreaterThan(0);
  expect(metrics.diskTotalBytes).toBe(statfsSync(tmpdir()).blocks * statfsSync(tmpdir()).bsize);
  expect(metrics.diskFreeBytes).toBeLessThan(metrics.diskTotalBytes ?? 0);
  expect(Math.abs(metrics.uptimeSeconds - uptime())).toBeLessThan(5);
  expect(Math.abs(metrics.agentRssBytes - process.memoryUsage.rss())).toBeLessThan(100e6);
});

test('leaves a throwing collector out, says so once, and goes on', async () => {
  const broken: Collector = { name: 'broken', collect: () => Promise.reject(new Error('no such device')) };
  const { collect, lines } = setUp([broken, uptimeOnly]);
  await collect();
  const metrics = await collect();
  expect(metrics).toMatchObject({ uptimeSeconds: 42, sequence: 1, cpuTemperatureCelsius: null });
  expect(lines.filter((line) => line.includes('no such device'))).toHaveLength(1);
});

test('leaves a collector that throws before it returns out as well', async () => {
  const broken: Collector = {
    name: 'broken',
    collect: () => {
      throw new Error('at once');
    },
  };
  const { collect, lines } = setUp([broken, uptimeOnly]);
  expect((await collect()).uptimeSeconds).toBe(42);
  expect(lines[0]).toContain('at once');
});

test('does not wait for a stuck collector, nor ask it again until it is done', async () => {
  let asked = 0;
  let release = (): void => undefined;
  const stuckAtFirst: Collector = {
    name: 'stuck',
    collect: () => {
      asked += 1;
      if (asked > 1) return Promise.resolve({ batteryPercent: 70 });
      return new Promise((resolve) => (release = () => resolve({ batteryPercent: 1 })));
    },
  };
  const { collect, lines } = setUp([stuckAtFirst, uptimeOnly], 20);
  expect(await collect()).toMatchObject({ uptimeSeconds: 42, batteryPercent: null });
  await collect();
  expect(asked).toBe(1);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('took longer than 20 ms');

  release();
  await expect.poll(async () => (await collect()).batteryPercent).toBe(70);
  expect(lines[1]).toContain('answers again');
});

test('an unmeasured machine scores nothing', async () => {
  const { collect } = setUp([]);
  expect(await collect()).toMatchObject({ freeCpuPercent: 0, freeMemPercent: 0, freeRamBytes: 0, gpus: [] });
});
