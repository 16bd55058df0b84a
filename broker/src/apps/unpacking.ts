import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createEntryGuard } from './entry-guard.js';
import type { PackageLimits } from './limits.js';
import { makeFolder } from '@meshdeck/shared/runtime';

export interface PackageFile {
  path: string;
  bytes: number;
  /** It may be started as a program: its packer's word. */
  executable?: true;
}

/** A folder being filled from an archive. Every entry passes the guard before a byte of it is written. */
export interface Unpacking {
  readonly files: PackageFile[];
  directory(entry: string): void;
  /** `declared` is the archive's word: of the bytes enough to refuse early, never trusted to be all; `mode` as Unix has it, or 0. */
  file(
    entry: string,
    declared: { bytes: number; mode: number },
    body: () => Promise<AsyncIterable<Uint8Array>>,
  ): Promise<void>;
}

/** What its owner may start, everybody may. */
export const executableBy = (mode: number): { executable?: true } =>
  (mode & 0o100) === 0 ? {} : { executable: true };

export function createUnpacking(options: { dir: string; limits: PackageLimits }): Unpacking {
  const guard = createEntryGuard(options.limits);
  const files: PackageFile[] = [];
  return {
    files,
    directory: guard.directory,
    async file(entry, declared, body) {
      const path = guard.file(entry);
      if (path === null) return guard.count(entry, declared.bytes);
      guard.expect(entry, declared.bytes);
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
      files.push({ path, bytes, ...executableBy(declared.mode) });
    },
  };
}
