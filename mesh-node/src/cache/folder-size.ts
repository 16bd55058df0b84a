import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Bytes of every file below `folder`, links not followed; what vanishes meanwhile counts nothing.
 * Stops counting beyond `enough`.
 */
export async function folderSize(folder: string, enough = Infinity): Promise<number> {
  let total = 0;
  const pending = [folder];
  for (let current = pending.pop(); current !== undefined; current = pending.pop()) {
    try {
      for await (const entry of await opendir(current)) {
        const path = join(current, entry.name);
        if (entry.isDirectory()) pending.push(path);
        else total += (await lstat(path).catch(() => ({ size: 0 }))).size;
        if (total > enough) return total;
      }
    } catch {
      continue; // removed, or closed to us, while we looked
    }
  }
  return total;
}
