import { cpus } from 'node:os';

/** Time of all cores together since boot, in ticks of 1/100 s (from the kernel) or in ms (from Node). */
export interface CpuTimes {
  readonly free: number;
  readonly total: number;
  readonly cores: number;
}

/**
 * Parses /proc/stat [proc(5)].
 *
 * - iowait counts as free: the core idles there and would run a job at once.
 * - steal counts as taken: the hypervisor gave that time to someone else.
 * - guest time is already part of user and nice.
 */
export function parseCpuTimes(procStat: string): CpuTimes {
  const all = /^cpu +(.+)$/m.exec(procStat)?.[1];
  if (all === undefined) throw new Error('/proc/stat has no cpu line');
  const ticks = all.trim().split(/ +/).map(Number);
  if (ticks.length < 4 || ticks.some(Number.isNaN)) throw new Error('/proc/stat has a malformed cpu line');
  const [, , , idle = 0, iowait = 0] = ticks;
  const total = ticks.slice(0, 8).reduce((sum, value) => sum + value, 0);
  return { free: idle + iowait, total, cores: procStat.match(/^cpu\d/gm)?.length ?? 1 };
}

/** The same from Node, for systems without /proc; knows neither iowait nor steal. */
export function nodeCpuTimes(): CpuTimes {
  const cores = cpus();
  const sum = (pick: (times: (typeof cores)[number]['times']) => number) =>
    cores.reduce((total, core) => total + pick(core.times), 0);
  return {
    free: sum((times) => times.idle),
    total: sum((times) => times.user + times.nice + times.sys + times.idle + times.irq),
    cores: Math.max(1, cores.length),
  };
}
