import { totalmem, uptime } from 'node:os';
import type { Metrics } from '@meshdeck/shared';
import type { Logger } from 'pino';
import type { Collector, MachineMetrics } from './collector.js';

/** What a heartbeat says of anything no collector answered: unknown is null, and an unmeasured machine scores 0. */
function unmeasured(): Omit<MachineMetrics, 'ts' | 'sequence'> {
  return {
    freeCpuPercent: 0,
    freeMemPercent: 0,
    freeRamBytes: 0,
    totalRamBytes: totalmem(),
    loadAverage1m: null,
    cpuTemperatureCelsius: null,
    diskFreeBytes: null,
    diskTotalBytes: null,
    networkRxBytesPerSecond: null,
    networkTxBytesPerSecond: null,
    gpus: [],
    batteryPercent: null,
    uptimeSeconds: uptime(),
    agentRssBytes: process.memoryUsage.rss(),
  };
}

/** Answers with the collector's part, or rejects after `timeoutMs`; one still at its last task is not asked again. */
function createIsolated(collector: Collector, timeoutMs: number): () => Promise<Partial<Metrics>> {
  let busy = false;
  return () =>
    new Promise((resolve, reject) => {
      if (busy) {
        reject(new Error('still busy with an earlier reading'));
        return;
      }
      busy = true;
      const timer = setTimeout(() => {
        reject(new Error(`took longer than ${timeoutMs} ms`));
      }, timeoutMs);
      const done = () => {
        busy = false;
        clearTimeout(timer);
      };
      const reading = Promise.resolve().then(() => collector.collect());
      reading.finally(done).then(resolve, reject);
    });
}

/**
 * Makes the function that takes one heartbeat's metrics from all collectors at once. A collector that throws or takes
 * longer than `timeoutMs` (1 s) is left out and logged once until it answers again; the others go on.
 */
export function createCollectMetrics(options: {
  collectors: readonly Collector[];
  logger: Logger;
  timeoutMs?: number;
  now?: () => number;
}): () => Promise<MachineMetrics> {
  const { collectors, logger, timeoutMs = 1000, now = Date.now } = options;
  const isolated = collectors.map((collector) => ({
    name: collector.name,
    collect: createIsolated(collector, timeoutMs),
  }));
  const failing = new Set<string>();
  let sequence = 0;

  const collectOne = async ({ name, collect }: (typeof isolated)[number]): Promise<Partial<Metrics>> => {
    try {
      const part = await collect();
      if (failing.delete(name)) logger.info({ collector: name }, 'collector answers again');
      return part;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (!failing.has(name)) logger.warn({ collector: name, reason }, 'collector left out');
      failing.add(name);
      return {};
    }
  };

  return async () => {
    const parts = await Promise.all(isolated.map(collectOne));
    const measured = parts.reduce((all, part) => ({ ...all, ...part }), {});
    return { ...unmeasured(), ...measured, ts: now(), sequence: sequence++ };
  };
}
