import { loadavg } from 'node:os';
import type { Collector } from './collector.js';

/** Load average of one minute; Windows keeps none. */
export function createLoadCollector(options: { platform?: NodeJS.Platform } = {}): Collector {
  const { platform = process.platform } = options;
  return {
    name: 'load',
    collect: () => Promise.resolve({ loadAverage1m: platform === 'win32' ? null : (loadavg()[0] ?? null) }),
  };
}
