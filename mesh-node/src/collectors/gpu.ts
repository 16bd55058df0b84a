import type { GpuMetrics } from '@meshdeck/shared';
import type { Logger } from 'pino';
import type { Environment } from '../inventory/find-on-path.js';
import type { Collector } from './collector.js';
import { readAmdGpus } from './gpu-amd.js';
import { createNvidiaSource } from './gpu-nvidia.js';
import { systemRoots, type SystemRoots } from './system-roots.js';

/** As many as the metrics message holds. */
const mostGpus = 32;

/** Every graphics card whose driver talks; one driver that fails is said once and does not hide the other's cards. */
export function createGpuCollector(options: {
  logger: Logger;
  roots?: SystemRoots;
  env?: Environment;
  now?: () => number;
}): Collector {
  const { logger, roots = systemRoots } = options;
  const sources: Record<string, () => Promise<GpuMetrics[]>> = {
    nvidia: createNvidiaSource(options),
    amd: () => readAmdGpus(roots),
  };
  const failed = new Set<string>();
  return {
    name: 'gpu',
    async collect() {
      const read = async ([source, gpus]: [string, () => Promise<GpuMetrics[]>]) => {
        try {
          return await gpus();
        } catch (error) {
          const reason = error instanceof Error ? error.message : String(error);
          if (!failed.has(source)) logger.warn({ source, reason }, 'graphics cards cannot be read');
          failed.add(source);
          return [];
        }
      };
      const found = await Promise.all(Object.entries(sources).map(read));
      return { gpus: found.flat().slice(0, mostGpus) };
    },
  };
}
