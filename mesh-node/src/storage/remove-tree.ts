import { randomUUID } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { chmod, lstat, opendir, rename, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';

const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : '');
const isGone = (error: unknown) => codeOf(error) === 'ENOENT';

const below = (folder: Buffer, name: Buffer) => Buffer.concat([folder, Buffer.from('/'), name]);

/** Names as their bytes: a program may call a file anything, and what is no UTF-8 would come back as another name. */
async function* entriesOf(folder: Buffer): AsyncGenerator<{ path: Buffer; isFolder: boolean }> {
  const options = { encoding: 'buffer' as BufferEncoding };
  for await (const entry of await opendir(folder as unknown as string, options)) {
    const { name } = entry as unknown as Omit<Dirent, 'name'> & { name: Buffer };
    yield { path: below(folder, name), isFolder: entry.isDirectory() };
  }
}

/** Gives a folder's owner the rights back that it takes to empty and to move it. Root needs none. */
async function mend(path: Buffer): Promise<void> {
  const facts = await lstat(path);
  if (facts.isDirectory() && (facts.mode & 0o700) !== 0o700) await chmod(path, 0o700);
}

async function orMended(path: Buffer, change: () => Promise<void>): Promise<void> {
  try {
    await change();
  } catch (error) {
    if (!['EACCES', 'EPERM'].includes(codeOf(error))) throw error;
    await mend(path);
    await change();
  }
}

/**
 * Removes `path`, which lies in `grave`: a folder on the same disk that nobody but this process writes to.
 *
 * Folders inside are first moved up into the grave, one by one. So no path grows, however deep the tree is (a tree may be
 * deeper than a path may be long [path_resolution(7), PATH_MAX]), and nobody can put a link in the way: everything but the last
 * name of a path is the grave's, and the last name is never followed. Rights that a folder lacks are given back to its owner.
 * @returns what could not be removed, by its place in the grave, with what the system said of it; empty where all is gone
 */
export async function removeTree(path: string, grave: string): Promise<Map<string, Error>> {
  const pending = [path];
  const kept = new Map<string, Error>();
  const again = new Set<string>();
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    const current = Buffer.from(folder);
    let problem: unknown;
    const orNote = (work: Promise<void>) =>
      work.catch((error: unknown) => {
        if (!isGone(error)) problem ??= error;
      });
    try {
      if (!(await lstat(current)).isDirectory()) {
        await unlink(current);
        continue;
      }
      await mend(current);
      for await (const entry of entriesOf(current)) {
        const moved = join(grave, randomUUID());
        if (!entry.isFolder) await orNote(unlink(entry.path));
        else
          await orNote(
            orMended(entry.path, () => rename(entry.path, moved)).then(() => void pending.push(moved)),
          );
      }
      if (problem === undefined) await rmdir(current);
    } catch (error) {
      // Some systems skip names while others are removed: what is left is met the second time.
      if (codeOf(error) === 'ENOTEMPTY' && !again.has(folder)) {
        again.add(folder);
        pending.push(folder);
        continue;
      }
      if (!isGone(error)) problem ??= error;
    }
    if (problem !== undefined)
      kept.set(folder, problem instanceof Error ? problem : new Error(String(problem)));
  }
  return kept;
}

/**
 * Moves something into the grave, so that its place is free.
 * @returns where it lies now; null where there was nothing
 * @throws what the system said where it cannot be moved
 */
export async function moveToGrave(path: string, grave: string): Promise<string | null> {
  const moved = join(grave, randomUUID());
  try {
    await orMended(Buffer.from(path), () => rename(path, moved));
    return moved;
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}
