import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { MeshdeckError, type FileReference } from '@meshdeck/shared';
import { readText, refusalOf, sendRequest, type HubEndpoint } from './request.js';
import { retryTransfer } from './transfer-retry.js';

export interface UploadOptions {
  endpoint: (signal: AbortSignal) => Promise<HubEndpoint>;
  file: FileReference;
  path: string;
  signal: AbortSignal;
  patienceMs?: number;
}

/** Where the hub wants the next byte; null where it holds the file already. */
async function askOffset(
  endpoint: HubEndpoint,
  file: FileReference,
  signal: AbortSignal,
): Promise<number | null> {
  const response = await sendRequest(endpoint, {
    method: 'HEAD',
    path: `/agent/v1/files/${file.sha256}`,
    signal,
  });
  response.resume();
  const offset = response.headers['upload-offset'];
  if (typeof offset === 'string' && /^\d+$/.test(offset)) return Math.min(Number(offset), file.bytes);
  return response.statusCode === 200 ? null : 0;
}

/**
 * Puts a file into the hub's store, going on where an earlier try was cut off. The hub checks the hash.
 * @throws MeshdeckError `transfer-failed`, or the hub's refusal
 */
export async function uploadFile(options: UploadOptions): Promise<void> {
  const { file, path, signal } = options;
  let moved = 0;

  async function attempt(): Promise<void> {
    const endpoint = await options.endpoint(signal);
    const offset = await askOffset(endpoint, file, signal);
    if (offset === null) return;
    moved = Math.max(moved, offset);
    const rest = file.bytes - offset;
    const response = await sendRequest(endpoint, {
      method: 'PUT',
      path: `/agent/v1/files/${file.sha256}?offset=${offset}`,
      headers: { 'content-type': 'application/octet-stream', 'content-length': String(rest) },
      body: rest === 0 ? Readable.from([]) : createReadStream(path, { start: offset }),
      signal,
    });
    const status = response.statusCode ?? 0;
    if (status < 200 || status > 299) {
      const refusal = await refusalOf(response);
      // What an earlier try left at the hub was not ours: it is gone there now, so begin anew.
      const stale = refusal instanceof MeshdeckError && refusal.code === 'hash-mismatch' && offset > 0;
      throw stale ? new Error(refusal.message) : refusal;
    }
    await readText(response);
  }

  await retryTransfer({
    what: 'The result',
    attempt,
    moved: () => moved,
    patienceMs: options.patienceMs ?? 120_000,
    signal,
  });
}
