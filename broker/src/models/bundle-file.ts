import { readSync } from 'node:fs';
import { Header, Pax } from 'tar';
import type { HeaderData } from 'tar';

const block = 512;
/** A longer name record than this is no name. */
const maxRecordBytes = 64 * 1024;
const mostEntries = 100_000;

/** Where a file lies inside an app's bundle: an uncompressed tar, read header by header; null where it is not in there. */
export function findInBundle(descriptor: number, path: string): { start: number; bytes: number } | null {
  const head = Buffer.alloc(block);
  let own: HeaderData | undefined;
  let at = 0;
  for (let seen = 0; seen < mostEntries; seen++) {
    if (readSync(descriptor, head, 0, block, at) < block || head.every((byte) => byte === 0)) return null;
    const header = new Header(head, 0, own);
    const bytes = header.size ?? 0;
    if (!header.cksumValid || !Number.isSafeInteger(bytes) || bytes < 0) return null;
    const start = at + block;
    at = start + bytes + ((block - (bytes % block)) % block);
    if (header.type === 'ExtendedHeader') {
      if (bytes > maxRecordBytes) return null;
      const record = Buffer.alloc(bytes);
      readSync(descriptor, record, 0, bytes, start);
      own = Pax.parse(record.toString('utf8'), own, false);
      continue;
    }
    own = undefined;
    if (header.path === path) return { start, bytes };
  }
  return null;
}
