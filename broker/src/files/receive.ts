import { createHash, type Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { tooLarge, transferError } from './problems.js';

/** A hash over the first `bytes` of a file. */
export interface RunningHash {
  hash: Hash;
  bytes: number;
}

export function startHash(): RunningHash {
  return { hash: createHash('sha256'), bytes: 0 };
}

/** TLS gives 16 KiB at a time; a write for each would cost more than the bytes. */
const writeBytes = 256 * 1024;

/**
 * Writes a stream to an open file from `position` on and brings it to the disk. Returns the position after it.
 * What arrived before an error stays in the file. A chunk is not looked at again once the next one is asked for.
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
  const gathered = Buffer.allocUnsafe(writeBytes);
  let waiting = 0;

  async function write(bytes: Uint8Array): Promise<void> {
    let written = 0;
    while (written < bytes.length) {
      const result = await file.write(bytes, written, bytes.length - written, position + written);
      written += result.bytesWritten;
    }
    running.hash.update(bytes);
    running.bytes += bytes.length;
    position += bytes.length;
  }

  async function writeGathered(): Promise<void> {
    const bytes = gathered.subarray(0, waiting);
    waiting = 0;
    await write(bytes);
  }

  try {
    try {
      for await (const chunk of stream) {
        if (position + waiting + chunk.length > maxBytes) throw tooLarge(maxBytes);
        if (waiting + chunk.length > writeBytes) await writeGathered();
        if (chunk.length >= writeBytes) await write(chunk);
        else {
          gathered.set(chunk, waiting);
          waiting += chunk.length;
        }
      }
    } finally {
      await writeGathered();
    }
    await file.sync();
    return position;
  } catch (error) {
    throw transferError(error);
  }
}
