import { readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';

/** The control group that an agent divides among its jobs, as /proc tells it while the agent runs; undefined where it divides none. */
export function dividedGroup(
  pid: number,
  procFolder = '/proc',
  mountPoint = '/sys/fs/cgroup',
): string | undefined {
  try {
    const own = /^0::(\/.*)$/m.exec(readFileSync(join(procFolder, String(pid), 'cgroup'), 'utf8'))?.[1];
    return own?.endsWith('/agent') === true ? join(mountPoint, own, '..') : undefined;
  } catch {
    return undefined; // no Linux, or not ours to read
  }
}

/** Removes the groups an ended agent made in it. Gives the paths that are gone. */
export function removeGroups(group: string): string[] {
  const removed: string[] = [];
  for (const name of readdirSync(group)) {
    if (name !== 'agent' && !name.startsWith('job-')) continue;
    try {
      rmdirSync(join(group, name));
      removed.push(join(group, name));
    } catch {
      // something still runs in it, or it is no group: it is not ours then
    }
  }
  return removed;
}
