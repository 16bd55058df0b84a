import { appendFile, open } from 'node:fs/promises';

const newline = 0x0a;
const chunkBytes = 64 * 1024;

/** What was taken off the end of a file, and where it lies now. */
export interface TruncatedLine {
  bytes: number;
  /** How many of them are zeros, which nobody wrote: a power cut leaves them where a disk had made room for what was to come. */
  zeros: number;
  /** It was all there was in the file. */
  isAll: boolean;
  keptIn: string;
}

/**
 * Takes a last line without its end off a file of lines, as a kill or a full disk in mid-write leaves it, and keeps it
 * in `PATH.torn`. Whoever was to be told once that line was written has not been told. Null where the file is whole or
 * missing.
 */
export async function cutTruncatedLine(path: string): Promise<TruncatedLine | null> {
  const file = await open(path, 'r+').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (file === null) return null;
  try {
    const { size } = await file.stat();
    let start = size;
    for (let found = false; start > 0 && !found;) {
      const from = Math.max(0, start - chunkBytes);
      const { buffer, bytesRead } = await file.read(Buffer.alloc(start - from), 0, start - from, from);
      const last = buffer.subarray(0, bytesRead).lastIndexOf(newline);
      found = last >= 0;
      start = found ? from + last + 1 : from;
    }
    if (start === size) return null;
    const truncated = Buffer.alloc(size - start);
    await file.read(truncated, 0, truncated.length, start);
    const keptIn = `${path}.torn`;
    // It is kept for the curious; a disk without room for it must not keep the hub from starting.
    await appendFile(keptIn, Buffer.concat([truncated, Buffer.of(newline)])).catch(() => undefined);
    await file.truncate(start);
    await file.sync();
    return {
      bytes: truncated.length,
      zeros: truncated.filter((byte) => byte === 0).length,
      isAll: start === 0,
      keptIn,
    };
  } finally {
    await file.close();
  }
}
