import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat } from 'node:fs/promises';
import type { FileReference } from '@meshdeck/shared';
import { tooMuchOutput } from '../runners/process/limits.js';
import { predictionsName } from '../runners/runner.js';
import { noResult, requireText } from './missing-result.js';
import { createRowCounter } from './count-rows.js';

/** A result that is in memory. */
export function measureBytes(bytes: Buffer, knownRows?: number): { result: FileReference; rows: number } {
  const counter = createRowCounter();
  if (knownRows === undefined) counter.push(bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return {
    result: { sha256, bytes: bytes.length, name: predictionsName },
    rows: knownRows ?? counter.rows(),
  };
}

/**
 * Reads a result once: its hash, size and rows, and all of it where it has no more than `keepBytes`. `knownRows`: whoever
 * wrote it has counted them.
 * @throws MeshdeckError `app-no-output` (missing, empty, or no plain file), `app-output-limit`
 */
export async function measureResult(
  path: string,
  limits: { outputBytes: number },
  { keepBytes = 0, knownRows }: { keepBytes?: number | undefined; knownRows?: number | undefined } = {},
): Promise<{ result: FileReference; rows: number; content: Buffer | undefined }> {
  // A link could name any file of this machine.
  const facts = await lstat(path).catch(() => undefined);
  if (facts === undefined || !facts.isFile() || facts.size === 0) throw await noResult(path, facts);
  if (facts.size > limits.outputBytes) throw tooMuchOutput(limits.outputBytes);
  await requireText(path);
  const hash = createHash('sha256');
  const counter = createRowCounter();
  const kept: Buffer[] | undefined = facts.size <= keepBytes ? [] : undefined;
  let bytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 })) {
    const data = chunk as Buffer;
    hash.update(data);
    if (knownRows === undefined) counter.push(data);
    kept?.push(data);
    bytes += data.length;
  }
  const result = { sha256: hash.digest('hex'), bytes, name: predictionsName };
  const content = kept === undefined ? undefined : Buffer.concat(kept);
  return { result, rows: knownRows ?? counter.rows(), content };
}
