import { randomUUID } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MeshdeckError } from '@meshdeck/shared';
import type { FileLayout } from './layout.js';
import { receive, startHash, type RunningHash } from './receive.js';
import type { FileStore } from './types.js';

/** Kept at a time; a sender that is refused sends its file the usual way, once it knows the name. */
const mostUnnamed = 256;
/** Nobody names it any more. */
const forgottenMs = 10 * 60_000;

interface Unnamed {
  path: string;
  running: RunningHash;
  /** More may come. */
  open: boolean;
  timer: NodeJS.Timeout | undefined;
}

/**
 * Files that come while they are written elsewhere, so that their hash is not known yet. They lie in `incoming/`, which a
 * restart empties, until they are named: then they are uploads that go on from where they are.
 */
export function createUnnamedUploads(options: {
  layout: FileLayout;
  /** Takes the file at `from` for what has arrived of `sha256` so far. */
  adopt: (sha256: string, from: string, running: RunningHash) => Promise<void>;
}): Pick<FileStore, 'receiveUnnamed' | 'nameUpload'> {
  const { layout, adopt } = options;
  const uploads = new Map<string, Unnamed>();

  async function drop(key: string): Promise<void> {
    const upload = uploads.get(key);
    if (upload === undefined || upload.open) return;
    clearTimeout(upload.timer);
    uploads.delete(key);
    await rm(upload.path, { force: true });
  }

  return {
    async receiveUnnamed(key, { stream, maxBytes }) {
      await drop(key);
      if (uploads.has(key) || uploads.size >= mostUnnamed) {
        throw new MeshdeckError(
          'conflict',
          'Too much is being uploaded. Send the file once its hash is known.',
        );
      }
      const path = join(layout.incoming, randomUUID());
      const upload: Unnamed = { path, running: startHash(), open: true, timer: undefined };
      uploads.set(key, upload);
      try {
        const file = await open(path, 'wx', 0o600);
        try {
          return await receive({ file, stream, position: 0, maxBytes, running: upload.running });
        } finally {
          await file.close();
        }
      } finally {
        upload.open = false;
        upload.timer = setTimeout(() => void drop(key).catch(() => undefined), forgottenMs).unref();
      }
    },

    async nameUpload(key, sha256) {
      const upload = uploads.get(key);
      if (upload === undefined) return;
      if (upload.open) {
        throw new MeshdeckError('conflict', 'The file is still being uploaded. Name it once that has ended.');
      }
      clearTimeout(upload.timer);
      uploads.delete(key);
      await adopt(sha256, upload.path, upload.running);
    },
  };
}
