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

/**
 * Writes a stream to an open file from `position` on and brings it to the disk. Returns the position after it.
 * What arrived before an error stays in the file.
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
  try {
    for await (const chunk of stream) {
      if (position + chunk.length > maxBytes) throw tooLarge(maxBytes);
      let written = 0;
      while (written < chunk.length) {
        const result = await file.write(chunk, written, chunk.length - written, position + written);
        written += result.bytesWritten;
      }
      running.hash.update(chunk);
      running.bytes += chunk.length;
      position += chunk.length;
    }
    await file.sync();
    return position;
  } catch (error) {
    throw transferError(error);
  }
}
