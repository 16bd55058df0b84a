import { readFileSync } from 'node:fs';
import { residentBytes } from '@meshdeck/testing/measure';

/** Clock ticks of /proc/PID/stat a second; the same on every Linux that people run [proc(5), sysconf(_SC_CLK_TCK)]. */
const ticksPerSecond = 100;

/** Processor time so far, user and system, of all its threads, in ms. @param {number} pid */
function cpuMs(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond;
}

/** Bytes it caused to be written to a disk so far. @param {number} pid */
function writtenBytes(pid) {
  return Number(/^write_bytes: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1] ?? 0);
}

/** What a process has used since now. @param {number} pid */
export function meterOf(pid) {
  const [cpu, written, startedAt] = [cpuMs(pid), writtenBytes(pid), performance.now()];
  return () => {
    const ms = performance.now() - startedAt;
    const usedMs = cpuMs(pid) - cpu;
    return {
      ms,
      cpuMs: usedMs,
      cpuPercent: (100 * usedMs) / ms,
      writtenBytes: writtenBytes(pid) - written,
      residentBytes: residentBytes(pid) ?? 0,
    };
  };
}
