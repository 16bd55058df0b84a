import { availableParallelism } from 'node:os';
import { createCgroupReader } from '../collectors/cgroup.js';

/** Cores the machine lends this process: the affinity mask, and a container's cpu quota rounded up. */
export function benchmarkThreads(readCgroup = createCgroupReader()): number {
  const quotaCores = readCgroup().cpu?.cores ?? Infinity;
  return Math.max(1, Math.min(availableParallelism(), Math.ceil(quotaCores)));
}
