import type { Logger } from 'pino';
import type { Environment } from '../inventory/find-on-path.js';
import { createBatteryCollector } from './battery.js';
import { createCgroupReader } from './cgroup.js';
import type { Collector } from './collector.js';
import { createCpuCollector } from './cpu.js';
import { createDiskCollector } from './disk.js';
import { createGpuCollector } from './gpu.js';
import { createLoadCollector } from './load.js';
import { createMemoryCollector } from './memory.js';
import { createNetworkCollector } from './network.js';
import { createPortableCollector } from './portable.js';
import { createProcessCollector } from './process.js';
import { systemRoots, type SystemRoots } from './system-roots.js';
import { createTemperatureCollector } from './temperature.js';

/** The collectors this system has a use for. */
export function createCollectors(options: {
  /** The agent's data folder, whose disk is watched. */
  dataDir: string;
  logger: Logger;
  roots?: SystemRoots;
  platform?: NodeJS.Platform;
  env?: Environment;
}): Collector[] {
  const { dataDir, logger, roots = systemRoots, platform = process.platform, env = process.env } = options;
  const readCgroup = createCgroupReader({ roots });
  const ofSystem =
    platform === 'linux'
      ? [
          createTemperatureCollector({ roots }),
          createNetworkCollector({ roots }),
          createBatteryCollector({ roots }),
        ]
      : [createPortableCollector()];
  return [
    createCpuCollector({ roots, readCgroup }),
    createMemoryCollector({ roots, platform, readCgroup }),
    createLoadCollector({ platform }),
    createDiskCollector({ dataDir }),
    createGpuCollector({ logger, roots, env }),
    createProcessCollector(),
    ...ofSystem,
  ];
}
