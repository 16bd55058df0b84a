import { open, rm, stat } from 'node:fs/promises';
import { MeshdeckError, type FileReference } from '@meshdeck/shared';
import { hashOfFile, receiveFile, startHash, type RunningHash } from './receive-file.js';
import { refusalOf, sendRequest, type HubEndpoint } from './request.js';
import { retryTransfer } from './transfer-retry.js';

const sizeOf = (path: string) =>
  stat(path)
    .then(({ size }) => size)
    .catch(() => 0);

export interface DownloadOptions {
  /** Asked before every try: the hub may have come back elsewhere. Waits for one. */
  endpoint: (signal: AbortSignal) => Promise<HubEndpoint>;
  file: FileReference;
  /** Where it is put together; what an earlier try left there is continued. */
  partPath: string;
  signal: AbortSignal;
  patienceMs?: number;
  /** Hears how much of the file lies in its place, as it grows; less than before where it is begun anew. */
  onBytes?: ((bytes: number) => void) | undefined;
}

/**
 * Fetches the last `bytes` of a file, once; their hash is in nobody's hands.
 * @throws Error where it does not work at once
 */
export async function downloadTail(
  options: Pick<DownloadOptions, 'endpoint' | 'file' | 'signal'> & { bytes: number },
): Promise<Buffer> {
  const { file, signal } = options;
  const first = Math.max(0, file.bytes - options.bytes);
  const response = await sendRequest(await options.endpoint(signal), {
    method: 'GET',
    path: `/agent/v1/files/${file.sha256}`,
    headers: { range: `bytes=${first}-` },
    signal,
  });
  if (response.statusCode !== 206) throw await refusalOf(response);
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const tail = Buffer.concat(chunks);
  if (tail.length !== file.bytes - first) throw new Error('another length than asked for');
  return tail;
}

/**
 * Fetches a file to `partPath`, continuing what is there with `Range`, and checks its hash.
 * @throws MeshdeckError `transfer-failed`, `hash-mismatch`, or the hub's refusal
 */
export async function downloadFile(options: DownloadOptions): Promise<void> {
  const { file, partPath, signal } = options;
  const onBytes = options.onBytes ?? (() => undefined);
  let moved = 0;
  /** Of what lies in the part file, as far as this call knows it. */
  let known: RunningHash | undefined;

  async function hashOfPart(): Promise<RunningHash> {
    const have = await sizeOf(partPath);
    if (have > file.bytes) return startHash();
    return known?.bytes === have ? known : hashOfFile(partPath, have);
  }

  async function attempt(): Promise<RunningHash> {
    const endpoint = await options.endpoint(signal);
    known = await hashOfPart();
    const have = known.bytes;
    if (have === file.bytes && have > 0) return known;
    const response = await sendRequest(endpoint, {
      method: 'GET',
      path: `/agent/v1/files/${file.sha256}`,
      headers: have > 0 ? { range: `bytes=${have}-` } : {},
      signal,
    });
    if (response.statusCode !== 200 && response.statusCode !== 206) throw await refusalOf(response);
    const isRest = response.statusCode === 206 && have > 0;
    if (!isRest) known = startHash();
    const part = await open(partPath, isRest ? 'r+' : 'w', 0o600);
    onBytes(known.bytes);
    try {
      await receiveFile({
        file: part,
        stream: response,
        running: known,
        mostBytes: file.bytes,
        onBytes(bytes) {
          moved += 1;
          onBytes(bytes);
        },
      });
    } finally {
      await part.close();
    }
    if (known.bytes < file.bytes) throw new Error(`${known.bytes} of ${file.bytes} bytes arrived`);
    return known;
  }

  for (let round = 0; ; round += 1) {
    const { hash } = await retryTransfer({
      what: `"${file.name}"`,
      attempt,
      moved: () => moved,
      patienceMs: options.patienceMs ?? 120_000,
      signal,
    });
    if (hash.digest('hex') === file.sha256) return;
    known = undefined;
    onBytes(0);
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
