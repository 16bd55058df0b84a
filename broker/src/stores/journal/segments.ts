import { open, readdir, readFile, rename, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAll } from '@meshdeck/shared/runtime';
import { segmentName } from './journal-damage.js';
import {
  readSegmentIndex,
  removeSegmentIndex,
  writeSegmentIndex,
  type IndexedRecord,
  type SegmentIndex,
} from './segment-index.js';
import { openSegmentRange } from './segment-range.js';

/** The files of one journal, `000001.log` and up; only the newest is written to. */
export interface Segments {
  /** Oldest first, the newest included. */
  numbers(): number[];
  /** Those that should have been there when it was opened and were not. */
  missing: readonly number[];
  read(number: number): Promise<Buffer>;
  /** What it holds, where that was noted and nobody has touched it since. */
  index(number: number): Promise<SegmentIndex | null>;
  /** Notes it; for one that is complete. */
  saveIndex(number: number, records: readonly IndexedRecord[]): Promise<void>;
  dropIndex(number: number): Promise<void>;
  readAt(number: number, offset: number, bytes: number): Promise<Buffer>;
  /** Appends and brings it to the disk where `durable`; the place of its first byte. On failure nothing of it stays. */
  append(bytes: Buffer, durable: boolean): Promise<{ segment: number; offset: number }>;
  /** Kept as `NAME.damaged` where not all of it could be read. */
  remove(number: number, isDamaged: boolean): Promise<void>;
  close(): Promise<void>;
}

/** Begins a new file past `segmentBytes`, and at every start: what a kill left half written is never appended to. */
export async function openSegments(dir: string, segmentBytes: number): Promise<Segments> {
  const found = (await readdir(dir))
    .flatMap((name) => /^(\d{6,})\.log$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
  const numbers = new Set(found);
  const range = await openSegmentRange(dir);
  const missing = range.missing(found);
  const path = (number: number) => join(dir, segmentName(number));
  let current: { number: number; handle: FileHandle; size: number } | null = null;

  async function syncDir(): Promise<void> {
    if (process.platform === 'win32') return;
    const handle = await open(dir, 'r');
    await handle.sync().finally(() => handle.close());
  }

  async function writable(): Promise<NonNullable<typeof current>> {
    if (current !== null && current.size < segmentBytes) return current;
    await current?.handle.close();
    current = null;
    const number = Math.max(0, ...numbers, ...missing) + 1;
    const handle = await open(path(number), 'wx', 0o600);
    numbers.add(number);
    // Without room for it the range stays short, which misses nothing that is not there.
    await range.save(numbers).catch(() => undefined);
    await syncDir();
    current = { number, handle, size: 0 };
    return current;
  }

  return {
    numbers: () => [...numbers],
    missing,
    read: (number) => readFile(path(number)),
    index: (number) => readSegmentIndex(path(number)),
    async saveIndex(number, records) {
      if (numbers.has(number)) await writeSegmentIndex(path(number), records);
    },
    dropIndex: (number) => removeSegmentIndex(path(number)),
    async readAt(number, offset, bytes) {
      const handle = await open(path(number), 'r');
      try {
        const buffer = Buffer.allocUnsafe(bytes);
        const { bytesRead } = await handle.read(buffer, 0, bytes, offset);
        return buffer.subarray(0, bytesRead);
      } finally {
        await handle.close();
      }
    },
    async append(bytes, durable) {
      const file = await writable();
      const offset = file.size;
      try {
        await writeAll(file.handle, bytes, offset);
        if (durable) await file.handle.datasync();
      } catch (error) {
        // Whether it can be cut off again or not: the next write goes to a file of its own.
        current = null;
        await file.handle.truncate(offset).catch(() => undefined);
        await file.handle.close().catch(() => undefined);
        throw error;
      }
      file.size += bytes.length;
      return { segment: file.number, offset };
    },
    async remove(number, isDamaged) {
      const left = [...numbers].filter((each) => each !== number);
      // A full disk has no room to say so before; what goes makes some.
      const isNoted = await range.save(left).then(
        () => true,
        () => false,
      );
      numbers.delete(number);
      await removeSegmentIndex(path(number)).catch(() => undefined);
      if (isDamaged) await rename(path(number), `${path(number)}.damaged`);
      else await rm(path(number), { force: true });
      if (!isNoted) await range.save(left).catch(() => undefined);
    },
    async close() {
      await current?.handle.close();
      current = null;
    },
  };
}
