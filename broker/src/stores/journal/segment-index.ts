import type { Stats } from 'node:fs';
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

/** What a record is and where it lies in its file; all of it but the body. */
export interface IndexedRecord {
  key: string;
  meta: string;
  offset: number;
  bytes: number;
}

/** What a complete file of a journal holds, noted beside it, so that a start need not read the file itself. */
export interface SegmentIndex {
  /** Of the file. */
  bytes: number;
  /** Those that count, oldest first. */
  records: IndexedRecord[];
}

/** `records` as tuples: a start reads tens of thousands of them. */
interface Stored {
  bytes: number;
  mtimeMs: number;
  records: [key: string, meta: string, offset: number, bytes: number][];
}

export const indexPath = (segmentPath: string): string => segmentPath.replace(/\.log$/, '.index');

const checksum = (text: string) => crc32(text).toString(16).padStart(8, '0');

const isOf = (stored: Stored, { size, mtimeMs }: Pick<Stats, 'size' | 'mtimeMs'>) =>
  stored.bytes === size && stored.mtimeMs === mtimeMs;

/**
 * Null where there is none, where it is damaged, and where the file was written to since: edited, cut or put back from a
 * backup. Its checksum says that it is as this program wrote it.
 */
export async function readSegmentIndex(segmentPath: string): Promise<SegmentIndex | null> {
  const [text, file] = await Promise.all([
    readFile(indexPath(segmentPath), 'utf8').catch(() => null),
    stat(segmentPath).catch(() => null),
  ]);
  if (text === null || file === null || text.slice(0, 8) !== checksum(text.slice(9))) return null;
  const stored = JSON.parse(text.slice(9)) as Stored;
  if (!isOf(stored, file)) return null;
  const records = stored.records.map(([key, meta, offset, bytes]) => ({ key, meta, offset, bytes }));
  return { bytes: stored.bytes, records };
}

/** For a file that is written to no more. */
export async function writeSegmentIndex(
  segmentPath: string,
  records: readonly IndexedRecord[],
): Promise<void> {
  const { size: bytes, mtimeMs } = await stat(segmentPath);
  const tuples = records.map(({ key, meta, offset, bytes: length }) => [key, meta, offset, length]);
  const text = JSON.stringify({ bytes, mtimeMs, records: tuples });
  const path = indexPath(segmentPath);
  await writeFile(`${path}.new`, `${checksum(text)} ${text}`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

export const removeSegmentIndex = (segmentPath: string): Promise<void> =>
  rm(indexPath(segmentPath), { force: true });
