import { readdir, readFile, stat, statfs } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** What a job's processes hold that no folder shows. */
export interface HeldFiles {
  /** Files without a name that are still open or mapped: they take the disk until the last of them ends. */
  diskBytes: number;
  /** The same in memory, whether mapped or not: memfd_create(2), /dev/shm, System V segments. */
  memoryBytes: number;
  /** Files looked at. */
  files: number;
}

/** Files a job may have open in all its processes together; more are no program's work, and take long to look through. */
export const mostOpenFiles = 65_536;
const together = 64;
/** Of `/proc/PID/maps`, in bytes: a program with more mappings than that is looked at up to here. */
const mostOfMaps = 4 * 1024 ** 2;
/** tmpfs [statfs(2)]. */
const memoryFileSystem = 0x01021994;

const isRoot = process.getuid?.() === 0;

const names = (path: string) => readdir(path).catch(() => []);

interface RemovedMapping {
  inode: string;
  range: string;
  /** How far into the file it goes: the file is at least so large. */
  bytes: number;
  /** Where the file was. */
  path: string;
}

/** Mappings of files without a name, `address perms offset dev inode path` [proc(5)]. */
export function removedMappings(maps: string): RemovedMapping[] {
  const lines = maps.matchAll(/^(([\da-f]+)-([\da-f]+)) \S+ ([\da-f]+) \S+ ([1-9]\d*) +(.*) \(deleted\)$/gm);
  return [...lines].map(([, range = '', from = '0', to = '0', offset = '0', inode = '', path = '']) => ({
    inode,
    range,
    bytes: Number(BigInt(`0x${to}`) - BigInt(`0x${from}`) + BigInt(`0x${offset}`)),
    path,
  }));
}

/**
 * Looks through the open files and mappings of these processes. A file that many hold counts once; one that is not `uid`'s is
 * not the job's doing, such as a library that was replaced meanwhile. What a process does not let us see counts nothing; where
 * the sandbox has walls, the agent may see all of it.
 * @param places folders the job can write to, as it sees them
 */
export async function heldFiles(
  pids: readonly number[],
  { uid, places }: { uid: number; places: readonly string[] },
): Promise<HeldFiles> {
  const held: HeldFiles = { diskBytes: 0, memoryBytes: 0, files: 0 };
  /** Several file systems could use a number twice: one file too few is counted then. */
  const seen = new Set<string>();
  /** Memory that a sandbox has for /dev/shm is counted as a whole. */
  const sharedMemory = new Set<number>();

  async function count(path: string): Promise<void> {
    const facts = await stat(path).catch(() => null);
    if (facts === null || !facts.isFile() || facts.nlink > 0 || facts.uid !== uid) return;
    const inode = String(facts.ino);
    if (seen.has(inode) || sharedMemory.has(facts.dev)) return;
    seen.add(inode);
    const takes = facts.blocks * 512;
    const isMemory = await statfs(path).then(
      ({ type }) => type === memoryFileSystem,
      () => false,
    );
    if (isMemory) held.memoryBytes += takes;
    else held.diskBytes += takes;
  }

  async function countSharedMemory(pid: number): Promise<void> {
    const path = `/proc/${pid}/root/dev/shm`;
    const [facts, ours] = await Promise.all([stat(path), stat('/dev/shm')]).catch(() => [null, null]);
    if (facts === null || ours === null || facts.dev === ours.dev || sharedMemory.has(facts.dev)) return;
    const { type, blocks, bfree, bsize } = await statfs(path);
    if (type !== memoryFileSystem) return;
    sharedMemory.add(facts.dev);
    held.memoryBytes += (blocks - bfree) * bsize;
  }

  for (const pid of pids) {
    await countSharedMemory(pid).catch(() => undefined); // gone meanwhile
    const open = (await names(`/proc/${pid}/fd`)).map((fd) => `/proc/${pid}/fd/${fd}`);
    held.files += open.length;
    if (held.files > mostOpenFiles) return held;
    for (let at = 0; at < open.length; at += together)
      await Promise.all(open.slice(at, at + together).map(count));
    const maps = (await readFile(`/proc/${pid}/maps`, 'latin1').catch(() => '')).slice(0, mostOfMaps);
    for (const { inode, range, bytes, path } of removedMappings(maps)) {
      if (seen.has(inode)) continue;
      await count(`/proc/${pid}/map_files/${range}`);
      // Only root may look behind a mapping [proc(5), map_files]; for others the file is what of it is mapped.
      if (isRoot || seen.has(inode) || !places.some((place) => path.startsWith(`${place}/`))) continue;
      seen.add(inode);
      held.diskBytes += bytes;
    }
    await nextTurn();
  }
  return held;
}
