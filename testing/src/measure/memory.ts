import { readdirSync, readFileSync } from 'node:fs';

/** A field of /proc/PID/status in bytes; null where there is no such process (or no /proc). @param {number} pid @param {string} field */
function statusBytes(pid, field) {
  try {
    const found = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(
      readFileSync(`/proc/${pid}/status`, 'utf8'),
    );
    return found === null ? null : Number(found[1]) * 1024;
  } catch {
    return null;
  }
}

/** Memory resident now. @param {number} pid */
export const residentBytes = (pid) => statusBytes(pid, 'VmRSS');
/** The most that was ever resident. @param {number} pid */
export const peakBytes = (pid) => statusBytes(pid, 'VmHWM');

/** @param {number} pid */
function parentOf(pid) {
  try {
    return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return 0;
  }
}

/** Every process below one. @param {number} ancestor @returns {number[]} */
export function descendantsOf(ancestor) {
  const pids = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  const parents = new Map(pids.map((pid) => [pid, parentOf(pid)]));
  /** @param {number} pid @returns {boolean} */
  const isBelow = (pid) => {
    const parent = parents.get(pid) ?? 0;
    return parent === ancestor || (parent > 1 && isBelow(parent));
  };
  return pids.filter(isBelow);
}

/** @param {number} pid */
function commandOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/**
 * Watches the largest process below one that has `program` in its command line; `stop` says how large it grew.
 *
 * @param {number} ancestor
 * @param {string} program
 */
export function watchChildren(ancestor, program, everyMs = 100) {
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
