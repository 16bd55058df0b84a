import { chmod, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileReference } from '@meshdeck/shared';
import type { Cache, Held } from './cache.js';
import type { HubFiles } from '../hub/files.js';
import { downloadWatched, earlyFromBytes, type EarlyReader } from './early-reader.js';
import { unpackBundle } from './unpack-bundle.js';
import { makeFolder } from '@meshdeck/shared/runtime';

/** The hub's files on this machine: each fetched once, checked, and kept while there is room. */
export interface Content {
  /** `early` hears of a large file before all of it is there, unless somebody else had asked for it first. */
  file: (file: FileReference, signal: AbortSignal, early?: EarlyReader) => Promise<Held>;
  /** Where `file` lies once it is whole. */
  pathOf: (file: FileReference) => string;
  /** The unpacked folder of an app bundle. */
  bundle: (file: FileReference, signal: AbortSignal) => Promise<Held>;
}

export async function createContent(options: {
  cache: Cache;
  /** Holds downloads under way; they survive a restart and are continued. */
  partsFolder: string;
  download: HubFiles['download'];
  downloadTail: HubFiles['downloadTail'];
}): Promise<Content> {
  const { cache, partsFolder, download, downloadTail } = options;
  await makeFolder(partsFolder);
  const partOf = (kind: string, file: FileReference) => join(partsFolder, `${kind}-${file.sha256}.part`);

  return {
    pathOf: (file) => cache.pathOf(`file-${file.sha256}`),
    file(file, signal, early) {
      const part = partOf('file', file);
      const make = async (path: string) => {
        if (early === undefined || file.bytes < earlyFromBytes) await download(file, part, signal);
        else await downloadWatched({ file, part, signal, early, download, downloadTail });
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
