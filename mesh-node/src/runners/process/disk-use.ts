import { treeUse, type TreeUse } from '../../storage/tree-use.js';
import { heldFiles, mostOpenFiles } from './held-files.js';

/** Folders whose growth is one program's doing. */
export interface WatchedDisk {
  folders: readonly string[];
  /** What they held before it started. */
  before: TreeUse;
}

/** Files and folders a program may make on top of what it was given, where nothing else is said. */
export const mostEntries = 100_000;

/** What folders take together, counted no further than it takes to see that a limit is passed. */
export async function foldersUse(folders: readonly string[], enough?: TreeUse): Promise<TreeUse> {
  const sum: TreeUse = { bytes: 0, entries: 0 };
  for (const folder of folders) {
    const left = enough && { bytes: enough.bytes - sum.bytes, entries: enough.entries - sum.entries };
    const { bytes, entries } = await treeUse(folder, left);
    sum.bytes += bytes;
    sum.entries += entries;
  }
  return sum;
}

/** What a program has of disk and memory besides what its processes have in memory. */
export interface DiskUse extends TreeUse {
  /** Files in memory, mapped or not. */
  memoryBytes: number;
  /** It has more files open than can be looked through. */
  tooManyOpen: boolean;
}

/** The disk a program takes on top of `before`: in its folders, and in files that it removed and still holds. */
export async function diskUse(options: {
  disk: WatchedDisk;
  limits: { outputBytes: number; entries?: number };
  pids: readonly number[];
  uid: number;
  places: readonly string[];
}): Promise<DiskUse> {
  const { folders, before } = options.disk;
  const enough = {
    bytes: before.bytes + options.limits.outputBytes,
    entries: before.entries + (options.limits.entries ?? mostEntries),
  };
  const named = await foldersUse(folders, enough);
  const held = await heldFiles(options.pids, options);
  return {
    bytes: named.bytes + held.diskBytes - before.bytes,
    entries: named.entries - before.entries,
    memoryBytes: held.memoryBytes,
    tooManyOpen: held.files > mostOpenFiles,
  };
}
