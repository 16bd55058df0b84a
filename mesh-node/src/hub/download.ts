import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { MeshdeckError, type FileReference } from '@meshdeck/shared';
import { refusalOf, sendRequest, type HubEndpoint } from './request.js';
import { retryTransfer } from './transfer-retry.js';

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

const sizeOf = (path: string) =>
  stat(path)
    .then(({ size }) => size)
    .catch(() => 0);

/** Refuses what is longer than promised, so that a broken hub cannot fill the disk. */
function atMost(limit: number, onBytes: (count: number) => void): Transform {
  let total = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      total += chunk.length;
      onBytes(chunk.length);
      if (total > limit) done(new Error('more bytes than promised'));
      else done(null, chunk);
    },
  });
}

export interface DownloadOptions {
  /** Asked before every try: the hub may have come back elsewhere. Waits for one. */
  endpoint: (signal: AbortSignal) => Promise<HubEndpoint>;
  file: FileReference;
  /** Where it is put together; what an earlier try left there is continued. */
  partPath: string;
  signal: AbortSignal;
  patienceMs?: number;
}

/**
 * Fetches a file to `partPath`, continuing what is there with `Range`, and checks its hash.
 * @throws MeshdeckError `transfer-failed`, `hash-mismatch`, or the hub's refusal
 */
export async function downloadFile(options: DownloadOptions): Promise<void> {
  const { file, partPath, signal } = options;
  let moved = 0;

  async function attempt(): Promise<void> {
    const endpoint = await options.endpoint(signal);
    let have = await sizeOf(partPath);
    if (have > file.bytes) {
      await rm(partPath, { force: true });
      have = 0;
    }
    if (have === file.bytes && have > 0) return;
    const response = await sendRequest(endpoint, {
      method: 'GET',
      path: `/agent/v1/files/${file.sha256}`,
      headers: have > 0 ? { range: `bytes=${have}-` } : {},
      signal,
    });
    if (response.statusCode !== 200 && response.statusCode !== 206) throw await refusalOf(response);
    const start = response.statusCode === 206 ? have : 0;
    await pipeline(
      response,
      atMost(file.bytes - start, (count) => (moved += count)),
      createWriteStream(partPath, { flags: start > 0 ? 'a' : 'w', mode: 0o600 }),
      { signal },
    );
    const got = await sizeOf(partPath);
    if (got < file.bytes) throw new Error(`${got} of ${file.bytes} bytes arrived`);
  }

  for (let round = 0; ; round += 1) {
    await retryTransfer({
      what: `"${file.name}"`,
      attempt,
      moved: () => moved,
      patienceMs: options.patienceMs ?? 120_000,
      signal,
    });
    if ((await hashOf(partPath)) === file.sha256) return;
    await rm(partPath, { force: true });
    // An earlier try may have left something else in the part file: once more from the start.
    if (round > 0) {
      throw new MeshdeckError(
        'hash-mismatch',
        `"${file.name}" arrived damaged twice; its SHA-256 is not what it should be.`,
      );
    }
  }
}
