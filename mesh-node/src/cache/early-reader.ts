import { open } from 'node:fs/promises';
import type { FileReference } from '@meshdeck/shared';
import type { ArrivingTable } from '../csv/arriving-source.js';
import type { HubFiles } from '../hub/files.js';

/** Smaller files are there before anybody could begin with them. */
export const earlyFromBytes = 1024 * 1024;

/** Somebody who begins with a file before all of it is there. */
export interface EarlyReader {
  /** Bytes at the end that are needed at the beginning. */
  tailBytes: number;
  /** The first and last bytes are there. */
  onArriving: (table: ArrivingTable) => void;
  /** What was read so far does not count: it is not what the file turned out to be. */
  onSpoiled: () => void;
}

/** Downloads a file as `download` does, and lets `early` begin with it. */
export async function downloadWatched(options: {
  file: FileReference;
  part: string;
  signal: AbortSignal;
  early: EarlyReader;
  download: HubFiles['download'];
  downloadTail: HubFiles['downloadTail'];
}): Promise<void> {
  const { file, part, signal, early } = options;
  const wanted = Math.min(early.tailBytes, file.bytes);
  let tail: Buffer | undefined;
  let arrived = 0;
  let told = false;

  function tell(): void {
    if (told || tail === undefined || arrived === 0) return;
    told = true;
    early.onArriving({ partPath: part, sizeBytes: file.bytes, tail });
  }

  const fetchTail =
    wanted === 0 ? Promise.resolve(Buffer.alloc(0)) : options.downloadTail(file, wanted, signal);
  fetchTail.then(
    (bytes) => {
      tail = bytes;
      tell();
    },
    () => undefined, // then nobody begins early
  );
  await options.download(file, part, signal, (bytes) => {
    if (bytes < arrived && told) early.onSpoiled();
    arrived = bytes;
    tell();
  });
  // The file's hash is checked; its end came twice.
  if (told && tail !== undefined && !tail.equals(await endOf(part, wanted))) early.onSpoiled();
}

async function endOf(path: string, bytes: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, size - bytes);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
