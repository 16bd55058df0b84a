import { readFileSync } from 'node:fs';
import { descendantsOf } from './memory.js';

/** Clock ticks of /proc/PID/stat a second; the same on every Linux that people run [proc(5), sysconf(_SC_CLK_TCK)]. */
const ticksPerSecond = 100;

/** utime, stime, cutime and cstime [proc(5)], in ms; 0 where there is no such process. */
function cpuMs(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) * 1000) / ticksPerSecond;
  } catch {
    return 0;
  }
}

/** Processor time so far, in ms: of a process, of what it started and still runs, and of what it started and waited for. */
export const treeCpuMs = (pid: number): number =>
  [pid, ...descendantsOf(pid)].reduce((sum, each) => sum + cpuMs(each), 0);
