import { createReadStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { MeshdeckError } from '@meshdeck/shared';
import type { FileLayout } from './layout.js';
import { hashMismatch, transferError } from './problems.js';
import { receive, startHash, type RunningHash } from './receive.js';
import type { FileStore } from './types.js';

/** Cut uploads whose hash is remembered; beyond that, and after a restart, the file is read once more. */
const mostRemembered = 100;

/** Uploads that can be cut anywhere and continued: what arrived lies in `partial/` under the promised hash. */
export function createUploads(options: {
  layout: FileLayout;
  size: FileStore['size'];
  commit: (from: string, sha256: string) => Promise<void>;
}): Pick<FileStore, 'partialOffset' | 'append'> & {
  /** Takes the file at `from`, in the store's own folder, for what has arrived of `sha256`, where less has. */
  adopt: (sha256: string, from: string, running: RunningHash) => Promise<void>;
} {
  const { layout, size, commit } = options;
  const busy = new Set<string>();
  const remembered = new Map<string, RunningHash>();

  async function partialOffset(sha256: string): Promise<number> {
    return (await stat(layout.part(sha256)).catch(() => null))?.size ?? 0;
  }

  async function hashOfPart(sha256: string, bytes: number): Promise<RunningHash> {
    const known = remembered.get(sha256);
    remembered.delete(sha256);
    return known?.bytes === bytes ? known : hashFile(layout.part(sha256), bytes);
  }

  function remember(sha256: string, running: RunningHash): void {
    remembered.set(sha256, running);
    const oldest = remembered.keys().next().value;
    if (remembered.size > mostRemembered && oldest !== undefined) remembered.delete(oldest);
  }

  /** Returns the hash once all has arrived, else how far it came. */
  async function continueAt(
    sha256: string,
    { offset, totalBytes, stream }: Parameters<FileStore['append']>[1],
  ): Promise<{ actual: string } | { offset: number }> {
    const running = await hashOfPart(sha256, offset);
    const file = await open(layout.part(sha256), offset === 0 ? 'w' : 'r+', 0o600);
    try {
      const position = await receive({ file, stream, position: offset, maxBytes: totalBytes, running });
      if (position >= totalBytes) return { actual: running.hash.digest('hex') };
      remember(sha256, running);
      return { offset: position };
    } catch (error) {
      remember(sha256, running);
      throw error;
    } finally {
      await file.close();
    }
  }

  const append: FileStore['append'] = async (sha256, upload) => {
    const { offset, totalBytes, name = sha256 } = upload;
    const held = await size(sha256);
    const file = { sha256, bytes: held ?? totalBytes, name: name.slice(0, 255) };
    if (held !== null) return { complete: true, file };
    if (busy.has(sha256)) {
      throw new MeshdeckError(
        'conflict',
        'This file is being uploaded already. Wait for that upload to end.',
      );
    }
    busy.add(sha256);
    try {
      const arrived = await partialOffset(sha256);
      if (offset !== arrived) {
        throw new MeshdeckError(
          'conflict',
          `The upload goes on at byte ${arrived}, not at ${offset}. Ask for the offset again, then continue there.`,
        );
      }
      const end = await continueAt(sha256, upload);
      if ('offset' in end) return { complete: false, offset: end.offset };
      if (end.actual !== sha256) {
        await rm(layout.part(sha256), { force: true });
        throw hashMismatch();
      }
      await commit(layout.part(sha256), sha256);
      return { complete: true, file };
    } catch (error) {
      throw transferError(error);
    } finally {
      busy.delete(sha256);
    }
  };

  async function adopt(sha256: string, from: string, running: RunningHash): Promise<void> {
    if (busy.has(sha256)) return rm(from, { force: true });
    busy.add(sha256);
    try {
      if ((await size(sha256)) !== null || (await partialOffset(sha256)) >= running.bytes) {
        await rm(from, { force: true });
        return;
      }
      await rename(from, layout.part(sha256));
      remember(sha256, running);
    } finally {
      busy.delete(sha256);
    }
  }

  return { partialOffset, append, adopt };
}

/** Of the first `bytes`; the file has that many. */
async function hashFile(path: string, bytes: number): Promise<RunningHash> {
  const running = startHash();
  if (bytes === 0) return running;
  for await (const chunk of createReadStream(path, { end: bytes - 1, highWaterMark: 1 << 20 })) {
    running.hash.update(chunk as Buffer);
    running.bytes += (chunk as Buffer).length;
  }
  return running;
}
