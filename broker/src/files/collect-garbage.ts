import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type FileLayout, wholeFiles } from './layout.js';

/** Removes what nobody refers to and nobody touched for `olderThanMs`. `alone` keeps writers out meanwhile. */
export async function collectGarbage(options: {
  layout: FileLayout;
  referenced: ReadonlySet<string>;
  olderThanMs: number;
  now: number;
  alone: <T>(work: () => Promise<T>) => Promise<T>;
}): Promise<{ files: number; bytes: number }> {
  const { layout, referenced, now, olderThanMs, alone } = options;
  const removed = { files: 0, bytes: 0 };

  const removeIfOld = (path: string) =>
    alone(async () => {
      const found = await stat(path).catch(() => null);
      if (found === null || now - found.mtimeMs < olderThanMs) return;
      await rm(path, { force: true });
      removed.files += 1;
      removed.bytes += found.size;
    });

  for await (const sha256 of wholeFiles(layout)) {
    if (!referenced.has(sha256)) await removeIfOld(layout.whole(sha256));
  }
  for (const name of await readdir(layout.partial)) await removeIfOld(join(layout.partial, name));
  return removed;
}
