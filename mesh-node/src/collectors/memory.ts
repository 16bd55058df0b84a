import { freemem, totalmem } from 'node:os';
import path from 'node:path';
import { createCgroupReader, type CgroupReading } from './cgroup.js';
import type { Collector } from './collector.js';
import { readMemoryFile } from './kernel-files.js';
import { readMacAvailableBytes } from './mac-memory.js';
import { percentOf } from './percent.js';
import { systemRoots, type SystemRoots } from './system-roots.js';

interface MachineMemory {
  readonly totalBytes: number;
  readonly availableBytes: number;
}

/** MemAvailable, the kernel's own estimate of what a new program can have without swapping [proc(5)]. */
export function parseMeminfo(text: string): MachineMemory {
  const kibibytes = (name: string): number | null => {
    const value = new RegExp(`^${name}: +(\\d+) kB$`, 'm').exec(text)?.[1];
    return value === undefined ? null : Number(value);
  };
  const total = kibibytes('MemTotal');
  const available = kibibytes('MemAvailable');
  if (total === null || available === null) throw new Error('/proc/meminfo lacks MemTotal or MemAvailable');
  return { totalBytes: total * 1024, availableBytes: available * 1024 };
}

/** Free memory a job could have; inside a container that limits memory, the container's. */
export function createMemoryCollector(
  options: { roots?: SystemRoots; platform?: NodeJS.Platform; readCgroup?: () => CgroupReading } = {},
): Collector {
  const { roots = systemRoots, platform = process.platform } = options;
  const readCgroup = options.readCgroup ?? createCgroupReader({ roots });

  const readMachine = async (): Promise<MachineMemory> => {
    const meminfo = readMemoryFile(path.join(roots.proc, 'meminfo'));
    if (meminfo !== null) return parseMeminfo(meminfo);
    const availableBytes = platform === 'darwin' ? await readMacAvailableBytes() : freemem();
    return { totalBytes: totalmem(), availableBytes };
  };

  return {
    name: 'memory',
    async collect() {
      const machine = await readMachine();
      const limit = readCgroup().memory;
      const totalRamBytes = Math.min(machine.totalBytes, limit?.limitBytes ?? Infinity);
      const freeRamBytes = Math.min(machine.availableBytes, limit?.availableBytes ?? Infinity);
      return { totalRamBytes, freeRamBytes, freeMemPercent: percentOf(freeRamBytes, totalRamBytes) };
    },
  };
}
