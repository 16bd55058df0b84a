import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createCgroupReader, type CgroupReading } from './cgroup.js';
import type { Collector } from './collector.js';
import { nodeCpuTimes, parseCpuTimes, type CpuTimes } from './cpu-times.js';
import { readMemoryFile } from './kernel-files.js';
import { percentOf } from './percent.js';
import { systemRoots, type SystemRoots } from './system-roots.js';

interface Sample {
  readonly times: CpuTimes;
  readonly quota: CgroupReading['cpu'];
  readonly atMs: number;
}

/** The first reading has nothing to compare with and waits this long; a lab's hub lists the agent meanwhile. */
const firstIntervalMs = 250;

/** Free share between two samples, or null when no time has passed between them (or the counters went back). */
function freePercent(before: Sample, after: Sample): number | null {
  const total = after.times.total - before.times.total;
  if (total <= 0) return null;
  // iowait may run backwards [proc(5)], so the free part is held between nothing and all.
  const freeShare = Math.min(1, Math.max(0, (after.times.free - before.times.free) / total));
  const { quota } = after;
  const elapsedMicros = (after.atMs - before.atMs) * 1000;
  if (quota?.cores !== before.quota?.cores || quota == null || before.quota === null || elapsedMicros <= 0) {
    return percentOf(freeShare, 1);
  }
  const usedCores = (quota.usedMicros - before.quota.usedMicros) / elapsedMicros;
  const freeCores = Math.min(quota.cores - usedCores, freeShare * after.times.cores);
  return percentOf(freeCores, quota.cores);
}

/**
 * Free CPU over the interval since the last call: what would be left for a job. Under a cgroup cpu quota it is the
 * free share of the quota, and no more than the machine itself has free.
 */
export function createCpuCollector(
  options: {
    roots?: SystemRoots;
    readCgroup?: () => CgroupReading;
    now?: () => number;
  } = {},
): Collector {
  const { roots = systemRoots, now = () => performance.now() } = options;
  const readCgroup = options.readCgroup ?? createCgroupReader({ roots });
  let before: Sample | null = null;
  let last: number | null = null;

  const sample = (): Sample => {
    const procStat = readMemoryFile(path.join(roots.proc, 'stat'));
    return {
      times: procStat === null ? nodeCpuTimes() : parseCpuTimes(procStat),
      quota: readCgroup().cpu,
      atMs: now(),
    };
  };

  return {
    name: 'cpu',
    async collect() {
      if (before === null) {
        before = sample();
        await wait(firstIntervalMs);
      }
      const after = sample();
      last = freePercent(before, after) ?? last;
      before = after;
      return last === null ? {} : { freeCpuPercent: last };
    },
  };
}
