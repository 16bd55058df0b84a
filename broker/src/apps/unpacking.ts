import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createEntryGuard } from './entry-guard.js';
import type { PackageLimits } from './limits.js';
import { makeFolder } from '@meshdeck/shared/runtime';

export interface PackageFile {
  path: string;
  bytes: number;
}

/** A folder being filled from an archive. Every entry passes the guard before a byte of it is written. */
export interface Unpacking {
  readonly files: PackageFile[];
  directory(entry: string): void;
  /** `declaredBytes` is the archive's word: enough to refuse early, never trusted to be all. */
  file(entry: string, declaredBytes: number, body: () => Promise<AsyncIterable<Uint8Array>>): Promise<void>;
}

export function createUnpacking(options: { dir: string; limits: PackageLimits }): Unpacking {
  const guard = createEntryGuard(options.limits);
  const files: PackageFile[] = [];
  return {
    files,
    directory: guard.directory,
    async file(entry, declaredBytes, body) {
      const path = guard.file(entry);
      if (path === null) return guard.count(entry, declaredBytes);
      guard.expect(entry, declaredBytes);
      const target = join(options.dir, path);
      await makeFolder(dirname(target));
      const handle = await open(target, 'wx', 0o644);
      let bytes = 0;
      try {
        for await (const chunk of await body()) {
          guard.count(entry, chunk.length);
          await handle.writeFile(chunk);
          bytes += chunk.length;
        }
      } finally {
        await handle.close();
      }
      files.push({ path, bytes });
    },
  };
}
