import type { Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { tooLarge, transferError } from './problems.js';

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
  hash?: Hash | undefined;
}): Promise<number> {
  const { file, stream, maxBytes, hash } = options;
  let position = options.position;
  try {
    for await (const chunk of stream) {
      if (position + chunk.length > maxBytes) throw tooLarge(maxBytes);
      hash?.update(chunk);
      let written = 0;
      while (written < chunk.length) {
        const result = await file.write(chunk, written, chunk.length - written, position + written);
        written += result.bytesWritten;
      }
      position += chunk.length;
    }
    await file.sync();
    return position;
  } catch (error) {
    throw transferError(error);
  }
}
