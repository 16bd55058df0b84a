import { readFileSync } from 'node:fs';

/** What the kernel holds one program and its children to. */
export interface ResourceLimits {
  /** Of one process's private memory; Infinity: none. */
  memoryBytes: number;
  /** Of one file. */
  fileBytes: number;
  /** Processes and threads of the job's user; null where that user is not the job's alone. */
  processes: number | null;
}

const openFiles = 8192;
/** On top of the job's limit, so that the watch over the whole job, which can say more, comes first where it can. */
const memoryHeadroomBytes = 128 * 1024 ** 2;

/** This process's hard limits by their names in /proc/self/limits: nobody but root may go above them. */
export function hardLimits(text = readFileSync('/proc/self/limits', 'utf8')): Map<string, number> {
  const limits = new Map<string, number>();
  for (const line of text.split('\n').slice(1)) {
    const [name, , hard] = line.split(/\s{2,}/);
    if (name !== undefined && hard !== undefined)
      limits.set(name, hard === 'unlimited' ? Infinity : Number(hard));
  }
  return limits;
}

/**
 * Arguments of prlimit(1). Memory is RLIMIT_DATA: RLIMIT_AS counts address space that V8 and Python's thread stacks
 * reserve and never touch, RLIMIT_DATA what a process may write to [getrlimit(2), since Linux 4.7].
 */
export function prlimitArguments(limits: ResourceLimits, hard: ReadonlyMap<string, number>): string[] {
  const within = (name: string, value: number) => Math.floor(Math.min(value, hard.get(name) ?? Infinity));
  const memory = within('Max data size', limits.memoryBytes + memoryHeadroomBytes);
  const file = within('Max file size', limits.fileBytes);
  return [
    '--core=0',
    `--nofile=${within('Max open files', openFiles)}`,
    ...(Number.isSafeInteger(memory) ? [`--data=${memory}`] : []),
    ...(Number.isSafeInteger(file) ? [`--fsize=${file}`] : []),
    ...(limits.processes === null ? [] : [`--nproc=${within('Max processes', limits.processes)}`]),
  ];
}
