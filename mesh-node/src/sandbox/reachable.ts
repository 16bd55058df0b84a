import { realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The first folder above `path` (or the file itself) that a user without any rights here cannot pass; null where all let it. */
export async function closedOnTheWay(path: string): Promise<string | null> {
  const real = await realpath(path);
  if (((await stat(real)).mode & 0o001) === 0) return real;
  for (let folder = dirname(real); ; folder = dirname(folder)) {
    if (((await stat(folder)).mode & 0o001) === 0) return folder;
    if (folder === dirname(folder)) return null;
  }
}
