import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MeshdeckError, type FileReference } from '@meshdeck/shared';
import type { Logger } from 'pino';
import { collectFiles } from './collect.js';
import { fileLayout, prepareLayout, syncFolder } from './layout.js';
import { hashMismatch, notHere, transferError } from './problems.js';
import { receive, startHash } from './receive.js';
import type { FileStore } from './types.js';
import { createUploads } from './uploads.js';

/**
 * Opens the content-addressed store in `dir`, which is made where it is missing. A file is visible under its hash
 * only once all of it is on disk.
 */
export async function createFileStore(options: {
  dir: string;
  logger: Logger;
  /** Unix ms; tells how old a file is when collecting. */
  now?: () => number;
}): Promise<FileStore> {
  const { dir, logger, now = Date.now } = options;
  const layout = fileLayout(dir);
  await prepareLayout(layout);

  let tail: Promise<unknown> = Promise.resolve();
  /** Commits and collections take turns, so that a file handed in again is never collected under its sender. */
  function alone<T>(work: () => Promise<T>): Promise<T> {
    const turn = tail.then(work, work);
    tail = turn.catch(() => undefined);
    return turn;
  }

  async function size(sha256: string): Promise<number | null> {
    const found = await stat(layout.whole(sha256)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    return found?.size ?? null;
  }

  const commit = (from: string, sha256: string) =>
    alone(async () => {
      const target = layout.whole(sha256);
      if ((await size(sha256)) !== null) {
        const time = new Date(now());
        await utimes(target, time, time);
        await rm(from, { force: true });
        return;
      }
      await mkdir(dirname(target), { recursive: true });
      await rename(from, target);
      await syncFolder(dirname(target));
    });

  async function put(...[stream, wanted = {}]: Parameters<FileStore['put']>): Promise<FileReference> {
    const temporary = join(layout.incoming, randomUUID());
    try {
      const running = startHash();
      const file = await open(temporary, 'wx', 0o600);
      let bytes;
      try {
        bytes = await receive({ file, stream, position: 0, maxBytes: wanted.maxBytes ?? Infinity, running });
      } finally {
        await file.close();
      }
      const sha256 = running.hash.digest('hex');
      if (wanted.expectedSha256 !== undefined && wanted.expectedSha256 !== sha256) throw hashMismatch();
      await commit(temporary, sha256);
      logger.debug({ sha256, bytes }, 'file stored');
      return { sha256, bytes, name: (wanted.name ?? sha256).slice(0, 255) };
    } catch (error) {
      await rm(temporary, { force: true });
      throw transferError(error);
    }
  }

  return {
    put,
    size,
    path: layout.whole,
    has: async (sha256) => (await size(sha256)) !== null,
    async open(sha256, range) {
      const total = await size(sha256);
      if (total === null) throw notHere(sha256);
      if (range === undefined) return { stream: createReadStream(layout.whole(sha256)), bytes: total };
      const end = Math.min(range.end ?? total - 1, total - 1);
      if (range.start < 0 || range.start > end) {
        throw new MeshdeckError(
          'invalid-request',
          `The file has ${total} bytes; there is nothing at ${range.start}.`,
        );
      }
      const stream = createReadStream(layout.whole(sha256), { start: range.start, end });
      return { stream, bytes: end - range.start + 1 };
    },
    ...createUploads({ layout, size, commit }),
    async remove(sha256) {
      await alone(() => rm(layout.whole(sha256), { force: true }));
    },
    async collect(referenced, olderThanMs) {
      const removed = await collectFiles({ layout, referenced, olderThanMs, now: now(), alone });
      if (removed.files > 0) logger.info(removed, 'files collected');
      return removed;
    },
  };
}
