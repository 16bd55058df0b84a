import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { invalid, shown } from './problems.js';
import type { PackageFile } from './unpacking.js';

const block = 512;
const epoch = new Date(0);

/**
 * An app's files as one uncompressed tar stream that depends on names and contents alone: sorted by code unit, no
 * owner, no times, of the rights only whether it may be started. The same app gives the same bytes on every machine, so its hash is its version.
 */
export async function* bundleStream(root: string, files: readonly PackageFile[]): AsyncGenerator<Uint8Array> {
  const { Header, Pax } = await import('tar');
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  for (const { path, bytes, executable } of sorted) {
    const mode = executable === true ? 0o755 : 0o644;
    const header = new Header({ path, mode, uid: 0, gid: 0, size: bytes, mtime: epoch, type: 'File' });
    if (header.encode()) yield new Pax({ path, size: bytes }).encode();
    if (header.block !== undefined) yield header.block;
    let read = 0;
    for await (const chunk of createReadStream(join(root, path), { highWaterMark: 256 * 1024 })) {
      read += (chunk as Buffer).length;
      yield chunk as Buffer;
    }
    if (read !== bytes) throw invalid(`${shown(path)} changed while it was being read. Push the app again.`);
    yield Buffer.alloc((block - (bytes % block)) % block);
  }
  yield Buffer.alloc(2 * block);
}
