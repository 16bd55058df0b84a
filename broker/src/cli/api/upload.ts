import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';

/** A body of raw bytes. */
export interface Upload {
  stream: Readable;
  /** How many, where that is known. */
  bytes?: number;
}

async function* counted(
  source: AsyncIterable<Buffer>,
  onProgress: ((sentBytes: number) => void) | undefined,
) {
  let sent = 0;
  for await (const chunk of source) {
    yield chunk;
    sent += chunk.length;
    onProgress?.(sent);
  }
}

/** A file on its way up; `onProgress` hears bytes sent so far. */
export function fileUpload(
  { path, bytes }: { path: string; bytes: number },
  onProgress?: (sentBytes: number) => void,
): Upload {
  return {
    stream: Readable.from(counted(createReadStream(path, { highWaterMark: 1 << 18 }), onProgress)),
    bytes,
  };
}
