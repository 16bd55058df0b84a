import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { MeshdeckError, type FileReference } from '@meshdeck/shared';
import type { Logger } from 'pino';
import { collectGarbage } from './collect-garbage.js';
import { fileLayout, prepareLayout, syncFolder } from './layout.js';
import { hashMismatch, notHere, transferError } from './problems.js';
import { receive, startHash } from './receive.js';
import { openSmallFiles } from './small-files.js';
import type { FileStore, PutOptions } from './types.js';
import { createUnnamedUploads } from './unnamed-uploads.js';
import { createUploads } from './uploads.js';
import { createMutex, makeFolder } from '@meshdeck/shared/runtime';
import type { StoreHealth } from '../stores/store-health.js';

/** Up to this size a file lies in the journal of small ones, all of which is read when the hub starts. */
const smallBytes = 4 * 1024;

/**
 * Opens the content-addressed store in `dir`, which is made where it is missing. A file is visible under its hash
 * only once all of it is on disk.
 */
export async function createFileStore(options: {
  dir: string;
  /** Small files go into one journal; what lies there is found in any case. */
  smallTogether?: boolean;
  logger: Logger;
  /** Unix ms; tells how old a file is when collecting. */
  now?: () => number;
  /** Told what was damaged. */
  health?: StoreHealth;
}): Promise<FileStore> {
  const { dir, smallTogether = true, logger, now = Date.now, health } = options;
  const layout = fileLayout(dir);
  await prepareLayout(layout);
  const small = await openSmallFiles({
    dir: layout.small,
    logger,
    now,
    ...(health !== undefined && { health }),
  });

  /** Commits and collections take turns, so that a file handed in again is never collected under its sender. */
  const alone = createMutex();

  async function size(sha256: string): Promise<number | null> {
    const inSmall = small.size(sha256);
    if (inSmall !== null) return inSmall;
    const found = await stat(layout.whole(sha256)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    return found?.size ?? null;
  }

  async function touchAlone(sha256: string): Promise<boolean> {
    if (small.size(sha256) !== null) {
      small.touch(sha256);
      return true;
    }
    if ((await size(sha256)) === null) return false;
    const time = new Date(now());
    await utimes(layout.whole(sha256), time, time);
    return true;
  }

  const commit = (from: string, sha256: string) =>
    alone(async () => {
      const target = layout.whole(sha256);
      if (await touchAlone(sha256)) {
        await rm(from, { force: true });
        return;
      }
      await makeFolder(dirname(target));
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

  async function putBytes(bytes: Buffer, wanted: PutOptions = {}): Promise<FileReference> {
    if (!smallTogether || bytes.length > Math.min(smallBytes, wanted.maxBytes ?? Infinity)) {
      return put(Readable.from([bytes]), wanted);
    }
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    if (wanted.expectedSha256 !== undefined && wanted.expectedSha256 !== sha256) throw hashMismatch();
    small.touch(sha256);
    try {
      if ((await size(sha256)) === null) await small.put(sha256, bytes);
    } catch (error) {
      throw transferError(error);
    }
    return { sha256, bytes: bytes.length, name: (wanted.name ?? sha256).slice(0, 255) };
  }

  async function locate(sha256: string): Promise<string> {
    const target = layout.whole(sha256);
    const bytes = await small.read(sha256);
    if (bytes === null || (await stat(target).catch(() => null)) !== null) return target;
    const temporary = join(layout.incoming, randomUUID());
    await writeFile(temporary, bytes, { mode: 0o600 });
    await makeFolder(dirname(target));
    await rename(temporary, target);
    return target;
  }

  const { adopt, ...uploads } = createUploads({ layout, size, commit });
  const unnamed = createUnnamedUploads({ layout, adopt });

  return {
    put,
    putBytes,
    size,
    locate,
    has: async (sha256) => (await size(sha256)) !== null,
    touch: (sha256) => alone(() => touchAlone(sha256)),
    async open(sha256, range) {
      const total = await size(sha256);
      if (total === null) throw notHere(sha256);
      const bytes = await small.read(sha256);
      if (range === undefined) {
        const stream = bytes === null ? createReadStream(layout.whole(sha256)) : Readable.from([bytes]);
        return { stream, bytes: total };
      }
      const end = Math.min(range.end ?? total - 1, total - 1);
      if (range.start < 0 || range.start > end) {
        throw new MeshdeckError(
          'invalid-request',
          `The file has ${total} bytes; there is nothing at ${range.start}.`,
        );
      }
      const stream =
        bytes === null
          ? createReadStream(layout.whole(sha256), { start: range.start, end })
          : Readable.from([bytes.subarray(range.start, end + 1)]);
      return { stream, bytes: end - range.start + 1 };
    },
    ...uploads,
    ...unnamed,
    async remove(sha256) {
      await small.remove(sha256);
      await alone(() => rm(layout.whole(sha256), { force: true }));
    },
    async collect(referenced, olderThanMs) {
      const removed = await collectGarbage({ layout, referenced, olderThanMs, now: now(), alone });
      for (const sha256 of small.stale(referenced, olderThanMs)) {
        removed.files += 1;
        removed.bytes += small.size(sha256) ?? 0;
        await small.remove(sha256);
      }
      if (removed.files > 0) logger.info(removed, 'files collected');
      return removed;
    },
    stop: small.stop,
  };
}
