import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';

/** A hash over the first `bytes` of a file. */
export interface RunningHash {
  hash: Hash;
  bytes: number;
}

export const startHash = (): RunningHash => ({ hash: createHash('sha256'), bytes: 0 });

/** Of a file's first `bytes`, which it has. */
export async function hashOfFile(path: string, bytes: number): Promise<RunningHash> {
  const running = startHash();
  if (bytes === 0) return running;
  for await (const chunk of createReadStream(path, { end: bytes - 1, highWaterMark: 256 * 1024 })) {
    running.hash.update(chunk as Buffer);
    running.bytes += (chunk as Buffer).length;
  }
  return running;
}

/** TLS gives 16 KiB at a time, and a write for each would cost more than the bytes. */
const gatheredBytes = 256 * 1024;

/**
 * Writes a stream behind what `running` has hashed, hashing as it goes; what comes during a write is written with the
 * next, nothing waits for more to come. What arrived before an error stays in the file. `onBytes` hears how much of it is
 * there.
 *
 * @throws Error for more bytes than `mostBytes`, so that a broken hub cannot fill the disk
 */
export async function receiveFile(options: {
  file: FileHandle;
  stream: AsyncIterable<Uint8Array>;
  running: RunningHash;
  mostBytes: number;
  onBytes: (bytes: number) => void;
}): Promise<void> {
  const { file, running, mostBytes, onBytes } = options;
  let gathering = Buffer.allocUnsafeSlow(gatheredBytes);
  let spare = Buffer.allocUnsafeSlow(gatheredBytes);
  let waiting = 0;
  let arrived = running.bytes;
  let isWriting = false;
  /** Ends when nothing waits any more; one at a time. */
  let writing: Promise<void> = Promise.resolve();

  async function writeWaiting(): Promise<void> {
    isWriting = true;
    while (waiting > 0) {
      const bytes = gathering.subarray(0, waiting);
      [gathering, spare] = [spare, gathering];
      waiting = 0;
      for (let at = 0; at < bytes.length;) {
        const { bytesWritten } = await file.write(bytes, at, bytes.length - at, running.bytes + at);
        at += bytesWritten;
      }
      running.hash.update(bytes);
      running.bytes += bytes.length;
      onBytes(running.bytes);
    }
    isWriting = false;
  }

  try {
    for await (const chunk of options.stream) {
      arrived += chunk.length;
      if (arrived > mostBytes) throw new Error('more bytes than promised');
      for (let at = 0; at < chunk.length;) {
        if (waiting === gatheredBytes) await writing;
        const part = chunk.subarray(at, at + gatheredBytes - waiting);
        gathering.set(part, waiting);
        waiting += part.length;
        at += part.length;
        if (isWriting) continue;
        writing = writeWaiting();
        writing.catch(() => undefined); // thrown where it is awaited
      }
    }
  } finally {
    await writing;
  }
}
