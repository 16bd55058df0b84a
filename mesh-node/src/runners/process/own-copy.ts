import { constants } from 'node:fs';
import { chmod, cp, lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Everything below `path`, links left as they are, becomes the owner's to read, write and remove. */
async function makeOurs(path: string): Promise<void> {
  const facts = await lstat(path);
  if (facts.isSymbolicLink()) return;
  await chmod(path, facts.mode | (facts.isDirectory() ? 0o700 : 0o600));
  if (!facts.isDirectory()) return;
  for (const name of await readdir(path)) await makeOurs(join(path, name));
}

/**
 * Copies a file or folder of the cache for an app to do with as it likes: blocks are shared where the file system copies on
 * write, inodes never, so nothing an app does reaches the cache.
 */
export async function makeOwnCopy(source: string, target: string): Promise<void> {
  await cp(source, target, { recursive: true, mode: constants.COPYFILE_FICLONE, verbatimSymlinks: true });
  await makeOurs(target);
}
