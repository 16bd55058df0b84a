import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createEntryGuard } from './entry-guard.js';
import type { PackageLimits } from './limits.js';
import { isLink, isSpecial } from './problems.js';
import { executableBy, type PackageFile } from './unpacking.js';

/** Never part of an app: made again on every machine, or the author's own. */
const leftOut = new Set(['node_modules', '.git', '__pycache__', '.venv', '.pytest_cache']);

/** The files of an app folder on this machine, past the same guard as an archive's. */
export async function readFolder(root: string, limits: PackageLimits): Promise<PackageFile[]> {
  const guard = createEntryGuard(limits);
  const files: PackageFile[] = [];

  async function take(entry: Dirent, path: string): Promise<void> {
    if (leftOut.has(entry.name)) return;
    if (entry.isSymbolicLink()) throw isLink(path);
    if (entry.isDirectory()) {
      guard.directory(path);
      return walk(path);
    }
    if (!entry.isFile()) throw isSpecial(path);
    if (guard.file(path) === null) return;
    const { size, mode } = await stat(join(root, path));
    guard.count(path, size);
    files.push({ path, bytes: size, ...executableBy(mode) });
  }

  async function walk(folder: string): Promise<void> {
    for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
      await take(entry, folder === '' ? entry.name : `${folder}/${entry.name}`);
    }
  }

  await walk('');
  return files;
}
