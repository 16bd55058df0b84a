import { open, type FileHandle } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { TableSource } from './table-source.js';

/** A table that is still on its way to this machine. */
export interface ArrivingTable {
  /** Where it grows; once whole, it lies at the path of the table. */
  partPath: string;
  /** What it will have. */
  sizeBytes: number;
  /** Its last bytes, which came first. */
  tail: Uint8Array;
}

export interface ArrivingSource extends TableSource {
  /** How long reads have waited for bytes, in milliseconds. */
  waitedMs(): number;
}

/** How often a reader that is ahead looks for more. */
const lookAgainMs = 3;

/**
 * Reads a table while it arrives: what has not come is waited for. That it is the promised table is known, and checked by
 * whoever fetches it, only once it is whole.
 *
 * @throws what `signal` was aborted with, while it waits
 */
export async function arrivingSource(
  path: string,
  { partPath, sizeBytes, tail }: ArrivingTable,
  signal: AbortSignal,
): Promise<ArrivingSource> {
  const file = await openEither(partPath, path);
  const tailStart = sizeBytes - tail.length;
  let arrived = 0;
  let waitedMs = 0;
  let position = 0;

  async function waitFor(end: number): Promise<void> {
    if (arrived >= end) return;
    const startedMs = performance.now();
    for (;;) {
      arrived = (await file.stat()).size;
      if (arrived >= end) break;
      await pause(lookAgainMs, undefined, { signal });
    }
    waitedMs += performance.now() - startedMs;
  }

  async function readAt(start: number, end: number): Promise<Buffer> {
    const stop = Math.min(end, sizeBytes);
    if (start >= tailStart) return Buffer.from(tail.subarray(start - tailStart, stop - tailStart));
    await waitFor(stop);
    const buffer = Buffer.allocUnsafeSlow(Math.max(0, stop - start));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, start);
    return buffer.subarray(0, bytesRead);
  }

  return {
    sizeBytes,
    waitedMs: () => waitedMs,
    async read(most) {
      const bytes = await readAt(position, position + most);
      position += bytes.length;
      return bytes;
    },
    readAt,
    close: () => file.close(),
  };
}

/** It may become whole, and be moved, at any moment. */
async function openEither(partPath: string, path: string): Promise<FileHandle> {
  try {
    return await open(partPath, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return open(path, 'r');
  }
}
