import path from 'node:path';
import { readMemoryFile } from './kernel-files.js';
import { systemRoots, type SystemRoots } from './system-roots.js';

export interface CgroupReading {
  /** The tightest memory limit above this process, and what is left below it. */
  readonly memory: { limitBytes: number; availableBytes: number } | null;
  /** The tightest cpu quota in cores, and the cpu time used under it so far. */
  readonly cpu: { cores: number; usedMicros: number } | null;
}

/** Limits rarely change and are read again this often; what is used is read every time. */
const limitsEveryMs = 30_000;

interface Limits {
  readonly memory: readonly { folder: string; limitBytes: number }[];
  readonly cpu: { folder: string; cores: number } | null;
}

/** The process's cgroup folder and all above it: a limit anywhere on the way up binds. */
function foldersUpwards(roots: SystemRoots): string[] {
  const own = /^0::(\/.*)$/m.exec(readMemoryFile(path.join(roots.proc, 'self/cgroup')) ?? '')?.[1];
  if (own === undefined) return [];
  // A process outside its cgroup namespace's root sees `/../..`: normalising keeps the path below the mount.
  const parts = path.posix.normalize(own).split('/').filter(Boolean);
  const mount = path.join(roots.sys, 'fs/cgroup');
  return Array.from({ length: parts.length + 1 }, (_, depth) => path.join(mount, ...parts.slice(0, depth)));
}

function quotaCores(cpuMax: string | null): number | null {
  const [, quota, period] = /^(\d+) (\d+)/.exec(cpuMax ?? '') ?? [];
  return quota === undefined || Number(period) === 0 ? null : Number(quota) / Number(period);
}

function readLimits(roots: SystemRoots): Limits {
  const memory: { folder: string; limitBytes: number }[] = [];
  let cpu: Limits['cpu'] = null;
  for (const folder of foldersUpwards(roots)) {
    const limit = /^\d+/.exec(readMemoryFile(path.join(folder, 'memory.max')) ?? '')?.[0];
    if (limit !== undefined) memory.push({ folder, limitBytes: Number(limit) });
    const cores = quotaCores(readMemoryFile(path.join(folder, 'cpu.max')));
    if (cores !== null && cores < (cpu?.cores ?? Infinity)) cpu = { folder, cores };
  }
  return { memory, cpu };
}

function field(text: string | null, name: string): number {
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text ?? '')?.[1] ?? 0);
}

/** What is in use counts without the file cache the kernel would give back first, as kubelet's working set does. */
function availableBytes(folder: string, limitBytes: number): number {
  const current = Number(readMemoryFile(path.join(folder, 'memory.current')) ?? 0);
  const inactiveFile = field(readMemoryFile(path.join(folder, 'memory.stat')), 'inactive_file');
  return Math.max(0, limitBytes - Math.max(0, current - inactiveFile));
}

/**
 * Reads this process's cgroup v2 limits [Linux admin-guide/cgroup-v2: memory.max, cpu.max, cpu.stat]. Both parts are
 * null where nothing limits it, and on systems without a v2 tree.
 */
export function createCgroupReader(
  options: { roots?: SystemRoots; now?: () => number } = {},
): () => CgroupReading {
  const { roots = systemRoots, now = () => performance.now() } = options;
  let limits: Limits | null = null;
  let readAt = 0;
  return () => {
    if (limits === null || now() - readAt >= limitsEveryMs) {
      limits = readLimits(roots);
      readAt = now();
    }
    const { memory, cpu } = limits;
    const usedMicros = cpu && field(readMemoryFile(path.join(cpu.folder, 'cpu.stat')), 'usage_usec');
    return {
      memory:
        memory.length === 0
          ? null
          : {
              limitBytes: Math.min(...memory.map((level) => level.limitBytes)),
              availableBytes: Math.min(
                ...memory.map((level) => availableBytes(level.folder, level.limitBytes)),
              ),
            },
      cpu: cpu === null || usedMicros === null ? null : { cores: cpu.cores, usedMicros },
    };
  };
}
