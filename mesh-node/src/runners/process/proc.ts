import { readFileSync, readdirSync } from 'node:fs';

/** Linux' /proc, read synchronously: each file is made by the kernel in memory, in microseconds. */
export const hasProc = process.platform === 'linux';

function read(path: string): string | null {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return null; // gone, or not ours
  }
}

export interface ProcStat {
  state: string;
  parent: number;
  group: number;
  /** Clock ticks since boot: with the pid it names a process for good. */
  started: string;
}

/** Fields of `/proc/PID/stat` [proc(5)]; the name in brackets may itself hold brackets and spaces. */
export function readStat(pid: number): ProcStat | null {
  const text = read(`/proc/${pid}/stat`);
  if (text === null) return null;
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, parent, group] = fields;
  const started = fields[19];
  if (state === undefined || parent === undefined || group === undefined || started === undefined)
    return null;
  return { state, parent: Number(parent), group: Number(group), started };
}

/** When a process started, or null where the system does not tell. */
export function startTicks(pid: number): string | null {
  return hasProc ? (readStat(pid)?.started ?? null) : null;
}

/** What a process calls itself, at most 15 characters; null where it is gone. */
export const commandOf = (pid: number): string | null => read(`/proc/${pid}/comm`)?.trimEnd() ?? null;

/** Pids of everything that runs. */
export function listPids(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

/** The environment a process was started with, `KEY=value` each. Empty where it is not ours to read. */
export function readEnvironment(pid: number): string[] {
  return (read(`/proc/${pid}/environ`) ?? '').split('\0');
}

/** What a process has in memory, in bytes. */
export interface ResidentMemory {
  bytes: number;
  /** Of these, what it shares by way of files in memory. */
  sharedBytes: number;
}

/** Zero for a process that is gone. */
export function residentMemory(pid: number): ResidentMemory {
  const status = read(`/proc/${pid}/status`) ?? '';
  const field = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) * 1024;
  return { bytes: field('VmRSS'), sharedBytes: field('RssShmem') };
}

/** Whom a process runs as (its real user), or null where it is gone. */
export function userOf(pid: number): number | null {
  const uid = /^Uid:\s+(\d+)/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1];
  return uid === undefined ? null : Number(uid);
}
