import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { MeshdeckError } from '@meshdeck/shared';
import { isDiskError } from './disk-error.js';
import { isLeftOut } from './entry-guard.js';
import { isLink, isSpecial, unreadable } from './problems.js';
import { readTar } from './read-tar.js';
import type { Unpacking } from './unpacking.js';

const files = new Set(['File', 'OldFile', 'ContiguousFile']);
const links = new Set(['Link', 'SymbolicLink']);

/** Plain or gzip, told by the first bytes. @throws MeshdeckError `archive-unsafe`, `app-invalid` */
export async function unpackTar(options: {
  path: string;
  filename: string;
  gzip: boolean;
  into: Unpacking;
}): Promise<void> {
  const { path, filename, gzip, into } = options;
  const raw = createReadStream(path, { highWaterMark: 256 * 1024 });
  const plain = gzip ? pipeline(raw, createGunzip(), () => undefined) : raw;
  try {
    for await (const entry of readTar(plain, filename)) {
      if (links.has(entry.type)) {
        if (isLeftOut(entry.path)) continue;
        throw isLink(entry.path);
      }
      if (entry.type === 'Directory') {
        into.directory(entry.path);
      } else if (files.has(entry.type)) {
        await into.file(entry.path, entry, () => Promise.resolve(entry.body()));
      } else {
        throw isSpecial(entry.path);
      }
    }
  } catch (error) {
    if (error instanceof MeshdeckError || isDiskError(error)) throw error;
    throw unreadable(filename, gzip ? 'tar.gz archive' : 'tar archive', error);
  } finally {
    raw.destroy();
    plain.destroy();
  }
}
