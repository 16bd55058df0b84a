import { chmod, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileReference } from '@meshdeck/shared';
import type { Cache, Held } from './cache.js';
import { unpackBundle } from './unpack-bundle.js';

/** The hub's files on this machine: each fetched once, checked, and kept while there is room. */
export interface Content {
  file: (file: FileReference, signal: AbortSignal) => Promise<Held>;
  /** The unpacked folder of an app bundle. */
  bundle: (file: FileReference, signal: AbortSignal) => Promise<Held>;
}

export async function createContent(options: {
  cache: Cache;
  /** Holds downloads under way; they survive a restart and are continued. */
  partsFolder: string;
  download: (file: FileReference, partPath: string, signal: AbortSignal) => Promise<void>;
}): Promise<Content> {
  const { cache, partsFolder, download } = options;
  await mkdir(partsFolder, { recursive: true, mode: 0o700 });
  const partOf = (kind: string, file: FileReference) => join(partsFolder, `${kind}-${file.sha256}.part`);

  return {
    file(file, signal) {
      const part = partOf('file', file);
      const make = async (path: string) => {
        await download(file, part, signal);
        // The ONNX runner reads it where it lies, apps get a copy: nothing has a reason to write to it.
        await chmod(part, 0o400);
        await rename(part, path);
      };
      return cache.hold(`file-${file.sha256}`, make, signal);
    },
    bundle(file, signal) {
      const part = partOf('bundle', file);
      const make = async (path: string) => {
        await download(file, part, signal);
        try {
          await unpackBundle(part, path);
        } finally {
          await rm(part, { force: true });
        }
      };
      return cache.hold(`bundle-${file.sha256}`, make, signal);
    },
  };
}
