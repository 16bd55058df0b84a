import { readdirSync, readFileSync } from 'node:fs';

/** A field of /proc/PID/status in bytes; null where there is no such process (or no /proc). */
function statusBytes(pid: number, field: string): number | null {
  try {
    const found = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(
      readFileSync(`/proc/${pid}/status`, 'utf8'),
    );
    return found === null ? null : Number(found[1]) * 1024;
  } catch {
    return null;
  }
}

/** Memory resident now, in bytes; null where there is no such process. */
export const residentBytes = (pid: number): number | null => statusBytes(pid, 'VmRSS');
/** The most that was ever resident. */
export const peakBytes = (pid: number): number | null => statusBytes(pid, 'VmHWM');

function parentOf(pid: number): number {
  try {
    return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return 0;
  }
}

/** Every process below one. */
export function descendantsOf(ancestor: number): number[] {
  const pids = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  const parents = new Map(pids.map((pid) => [pid, parentOf(pid)]));
  const isBelow = (pid: number): boolean => {
    const parent = parents.get(pid) ?? 0;
    return parent === ancestor || (parent > 1 && isBelow(parent));
  };
  return pids.filter(isBelow);
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** Watches the largest process below one that has `program` in its command line; `stop` says how large it grew, in bytes. */
export function watchChildren(ancestor: number, program: string, everyMs = 100): { stop: () => number } {
  let peak = 0;
  const look = () => {
    for (const pid of descendantsOf(ancestor)) {
      if (commandOf(pid).includes(program)) peak = Math.max(peak, peakBytes(pid) ?? 0);
    }
  };
  const timer = setInterval(look, everyMs);
  return {
    stop() {
      clearInterval(timer);
      return peak;
    },
  };
}
