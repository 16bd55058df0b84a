import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readTar } from './read-tar.js';

export interface BundleEntry {
  path: string;
  sha256: string;
  bytes: number;
}

/** The file at `path` inside a bundle, measured; null where the bundle or the file is not there. */
export async function measureBundleEntry(bundlePath: string, path: string): Promise<BundleEntry | null> {
  const stream = createReadStream(bundlePath, { highWaterMark: 256 * 1024 });
  try {
    for await (const entry of readTar(stream, path)) {
      if (entry.path !== path) continue;
      const hash = createHash('sha256');
      for await (const piece of entry.body()) hash.update(piece);
      return { path, sha256: hash.digest('hex'), bytes: entry.bytes };
    }
    return null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  } finally {
    stream.destroy();
  }
}
