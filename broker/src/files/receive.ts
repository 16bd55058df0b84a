import { createHash, type Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { writeAll } from '@meshdeck/shared/runtime';
import { tooLarge, transferError } from './problems.js';

/** A hash over the first `bytes` of a file. */
export interface RunningHash {
  hash: Hash;
  bytes: number;
}

export function startHash(): RunningHash {
  return { hash: createHash('sha256'), bytes: 0 };
}

/** TLS gives 16 KiB at a time, and a write for each would cost more than the bytes. */
const gatheredBytes = 256 * 1024;

/**
 * Writes a stream to an open file from `position` on and brings it to the disk. Returns the position after it.
 * What comes during a write is written with the next; nothing waits for more to come. What arrived before an error
 * stays in the file. A chunk is not looked at again once the next one is asked for.
 *
 * @throws MeshdeckError `too-large` beyond `maxBytes` (counted from the file's start), `transfer-failed`
 */
export async function receive(options: {
  file: FileHandle;
  stream: AsyncIterable<Uint8Array>;
  position: number;
  maxBytes: number;
  /** Told every byte that has reached the file. */
  running: RunningHash;
}): Promise<number> {
  const { file, stream, maxBytes, running } = options;
  let position = options.position;
  let gathering = Buffer.allocUnsafe(gatheredBytes);
  let spare = Buffer.allocUnsafe(gatheredBytes);
  let waiting = 0;
  let arrived = position;
  /** Ends when nothing waits any more; one at a time. */
  let writing: Promise<void> = Promise.resolve();
  let isWriting = false;

  async function write(bytes: Uint8Array): Promise<void> {
    await writeAll(file, bytes, position);
    running.hash.update(bytes);
    running.bytes += bytes.length;
    position += bytes.length;
  }

  async function writeWaiting(): Promise<void> {
    isWriting = true;
    while (waiting > 0) {
      const bytes = gathering.subarray(0, waiting);
      [gathering, spare] = [spare, gathering];
      waiting = 0;
      await write(bytes);
    }
    isWriting = false;
  }

  try {
    try {
      for await (const chunk of stream) {
        arrived += chunk.length;
        if (arrived > maxBytes) throw tooLarge(maxBytes);
        if (waiting + chunk.length > gatheredBytes) await writing;
        if (chunk.length > gatheredBytes) {
          await writing;
          await write(chunk);
          continue;
        }
        gathering.set(chunk, waiting);
        waiting += chunk.length;
        if (isWriting) continue;
        writing = writeWaiting();
        writing.catch(() => undefined); // thrown where it is awaited
      }
    } finally {
      await writing;
    }
    await file.sync();
    return position;
  } catch (error) {
    throw transferError(error);
  }
}
