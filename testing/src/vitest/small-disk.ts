import { onTestFinished } from 'vitest';
import { mountSmallDisk } from '../disks/index.js';

/** The folder of a disk in memory; `options` are tmpfs' [tmpfs(5)]. Gone when the test ends. Needs root on Linux. */
export function smallDisk(options: string): string {
  const { path, remove } = mountSmallDisk(options);
  onTestFinished(remove);
  return path;
}
