import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { MeshdeckError } from '@meshdeck/shared';
import type { ByteRange } from '../files/index.js';
import type { Shard } from './shard.js';

const chunkBytes = 256 * 1024;

/**
 * A shard, or a part of it, read from the table's file. `bytes` is the length of what `stream` gives.
 *
 * @throws MeshdeckError invalid-request for a part beyond its end.
 */
export function openShard(
  path: string,
  shard: Shard,
  range: ByteRange = { start: 0 },
): { stream: Readable; bytes: number } {
  const total = shard.file.bytes;
  const first = range.start;
  const behind = Math.min(range.end ?? total - 1, total - 1) + 1;
  if (first < 0 || first >= behind) {
    throw new MeshdeckError('invalid-request', `The file has ${total} bytes; there is nothing at ${first}.`);
  }
  // From places in the shard to places in the table.
  const shift = shard.start - shard.headerBytes;
  const header = { start: first, end: Math.min(behind, shard.headerBytes) };
  const rows = { start: Math.max(first, shard.headerBytes) + shift, end: behind + shift };
  const parts = [header, rows].filter(({ start, end }) => start < end);
  return { stream: Readable.from(readParts(path, parts), { objectMode: false }), bytes: behind - first };
}

async function* readParts(
  path: string,
  parts: readonly { start: number; end: number }[],
): AsyncGenerator<Buffer, void, undefined> {
  for (const { start, end } of parts) {
    // Node's ends are inclusive.
    yield* createReadStream(path, { start, end: end - 1, highWaterMark: chunkBytes });
  }
}
