import { open } from 'node:fs/promises';
import { MeshdeckError } from '@meshdeck/shared';

const defaultChunkBytes = 512 * 1024;

export interface ChunkRequest {
  path: string;
  /** First byte; 0. */
  start?: number | undefined;
  /** Behind the last byte; the file's end. */
  end?: number | undefined;
  chunkBytes?: number | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * A file's bytes in order, the next chunk read while this one is worked on. Two buffers in turn: a chunk is valid until
 * the next one is asked for.
 *
 * @throws MeshdeckError cancelled when the signal aborts
 */
export async function* readChunks(request: ChunkRequest): AsyncGenerator<Buffer, void, undefined> {
  const { path, start = 0, end = Infinity, chunkBytes = defaultChunkBytes, signal } = request;
  const size = Math.max(1, Math.min(chunkBytes, end - start));
  const file = await open(path, 'r');
  let spare = Buffer.allocUnsafeSlow(size);
  let buffer = Buffer.allocUnsafeSlow(size);
  let at = start;
  const read = async (into: Buffer): Promise<Buffer> => {
    const { bytesRead } = await file.read(into, 0, Math.min(into.length, end - at), at);
    at += bytesRead;
    return into.subarray(0, bytesRead);
  };
  let next = read(buffer);
  try {
    for (;;) {
      if (signal?.aborted) throw new MeshdeckError('cancelled', 'The job was cancelled.');
      const chunk = await next;
      if (chunk.length === 0) return;
      [buffer, spare] = [spare, buffer];
      next = read(buffer);
      next.catch(() => undefined); // awaited, and thrown, in the next round
      yield chunk;
    }
  } finally {
    await next.catch(() => undefined);
    await file.close();
  }
}
