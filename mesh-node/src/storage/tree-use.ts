import { constants, existsSync, type Dirent, type Stats } from 'node:fs';
import { chmod, lstat, open, opendir } from 'node:fs/promises';

/** What a folder and all below it take of the disk. */
export interface TreeUse {
  bytes: number;
  /** Files, folders and links. */
  entries: number;
}

export interface TreeLimits {
  bytes: number;
  entries: number;
}

/** Folders in folders that are followed; deeper ones are no program's work but a trap for whoever walks them. */
export const deepestFolder = 256;

const hasDescriptors = existsSync('/proc/self/fd');
/** Files looked at together. */
const together = 64;
/** A file that only names its place [open(2)]; Node has no word for it. */
const pathOnly = 0o10_000_000;
/** Blocks a small file takes whatever is in it; only what is hidden behind its size counts beyond. */
const smallFileBlocks = 64 * 1024;

/** A file's size, or what it really takes where that is more: room can be reserved without a size [fallocate(2)]. */
function bytesOf({ size, blocks }: Stats): number {
  return Math.max(size, (blocks ?? 0) * 512 - smallFileBlocks);
}

const below = (folder: Buffer, name: Buffer) => Buffer.concat([folder, Buffer.from('/'), name]);

/**
 * Calls `look` with a path of the folder that stays short and leads where it led when it was opened, whatever is put in its
 * place meanwhile: by descriptor on Linux. A folder that is closed to its own owner is opened up.
 */
async function within(folder: Buffer, look: (path: Buffer) => Promise<void>): Promise<void> {
  if (!hasDescriptors) return look(folder);
  const place = await open(
    folder as unknown as string,
    pathOnly | constants.O_DIRECTORY | constants.O_NOFOLLOW,
  );
  try {
    const path = `/proc/self/fd/${place.fd}`;
    try {
      await look(Buffer.from(`${path}/.`));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EACCES')) throw error;
      await chmod(path, 0o700);
      await look(Buffer.from(`${path}/.`));
    }
  } finally {
    await place.close();
  }
}

/**
 * What a folder takes, links not followed; what vanishes meanwhile counts nothing. Ends as soon as one of the limits is passed.
 * A tree deeper than `deepestFolder` counts as more entries than any limit.
 */
export async function treeUse(
  folder: string,
  enough: TreeLimits = { bytes: Infinity, entries: Infinity },
): Promise<TreeUse> {
  const use: TreeUse = { bytes: 0, entries: 0 };
  const isEnough = () => use.bytes > enough.bytes || use.entries > enough.entries;

  async function walk(current: Buffer, depth: number): Promise<void> {
    if (depth > deepestFolder) {
      use.entries = Infinity;
      return;
    }
    await within(current, async (path) => {
      const files: Buffer[] = [];
      const count = async () => {
        const sizes = await Promise.all(files.splice(0).map((file) => lstat(file).then(bytesOf, () => 0)));
        for (const size of sizes) use.bytes += size;
      };
      const options = { encoding: 'buffer' as BufferEncoding };
      for await (const found of await opendir(path as unknown as string, options)) {
        const { name } = found as unknown as Omit<Dirent, 'name'> & { name: Buffer };
        use.entries += 1;
        const inside = below(path, name);
        if (found.isDirectory())
          await walk(inside, depth + 1).catch(() => undefined); // gone meanwhile
        else if (files.push(inside) >= together) await count();
        if (isEnough()) break;
      }
      await count();
    });
  }

  await walk(Buffer.from(folder), 0).catch(() => undefined);
  return use;
}
