import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import { MeshdeckError } from '@meshdeck/shared';
import type { FileLayout } from './layout.js';
import { hashMismatch } from './problems.js';
import { receive } from './receive.js';
import type { FileStore } from './types.js';

/** Uploads that can be cut anywhere and continued: what arrived lies in `partial/` under the promised hash. */
export function createUploads(parts: {
  layout: FileLayout;
  size: FileStore['size'];
  commit: (from: string, sha256: string) => Promise<void>;
}): Pick<FileStore, 'partialOffset' | 'append'> {
  const { layout, size, commit } = parts;
  const busy = new Set<string>();

  async function partialOffset(sha256: string): Promise<number> {
    return (await stat(layout.part(sha256)).catch(() => null))?.size ?? 0;
  }

  const append: FileStore['append'] = async (sha256, { offset, totalBytes, stream, name = sha256 }) => {
    const complete = {
      complete: true,
      file: { sha256, bytes: totalBytes, name: name.slice(0, 255) },
    } as const;
    const held = await size(sha256);
    if (held !== null) return { ...complete, file: { ...complete.file, bytes: held } };
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
      const path = layout.part(sha256);
      const hash = offset === 0 ? createHash('sha256') : undefined;
      const file = await open(path, offset === 0 ? 'w' : 'r+', 0o600);
      let position;
      try {
        position = await receive({ file, stream, position: offset, maxBytes: totalBytes, hash });
      } finally {
        await file.close();
      }
      if (position < totalBytes) return { complete: false, offset: position };
      const actual = hash === undefined ? await hashFile(path) : hash.digest('hex');
      if (actual !== sha256) {
        await rm(path, { force: true });
        throw hashMismatch();
      }
      await commit(path, sha256);
      return complete;
    } finally {
      busy.delete(sha256);
    }
  };

  return { partialOffset, append };
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
