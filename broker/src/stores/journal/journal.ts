import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Logger } from 'pino';
import { makeFolder } from '@meshdeck/shared/runtime';
import { createIndexWriter } from './index-writer.js';
import { segmentName, type DamagedRecord, type JournalDamage } from './journal-damage.js';
import { encodeLine, type JournalRecord } from './journal-line.js';
import { damagedRecord, loadSegments, recordsIn } from './load-segments.js';
import { createRecordReader, type RecordReader } from './record-reader.js';
import { openSegments } from './segments.js';
import { verifyLater } from './verify-later.js';

/** Where a record lies. */
export interface JournalPlace {
  segment: number;
  offset: number;
  /** With its line feed. */
  bytes: number;
}

export const samePlace = (a: JournalPlace, b: JournalPlace): boolean =>
  a.segment === b.segment && a.offset === b.offset;

/**
 * Records on disk in the order they came. Those handed in while the disk is busy reach it together, by one write and
 * one flush (group commit).
 */
export interface Journal extends RecordReader {
  /**
   * `record` is asked for when its turn to be written comes. Resolves once it is on disk, or, where the journal is
   * not durable, with the system; rejects with the system's error, and then nothing of it is there.
   */
  append(record: () => JournalRecord): Promise<JournalPlace>;
  /** What was damaged or missing when it was opened. */
  damage: JournalDamage;
  /** Every record that is alive, oldest first, with pauses in which others may work. */
  each(take: (key: string, body: string) => void): Promise<void>;
  /** Resolves once all that was handed in is dealt with. */
  stop(): Promise<void>;
}

export interface JournalOptions {
  dir: string;
  durable: boolean;
  /** What comes within so long is written together; 0, the default: in the same callback. */
  gatherMs?: number;
  /** Told of every record that counts while the journal opens, oldest first. */
  onRecord: (record: { key: string; meta: string }, at: JournalPlace) => void;
  /** Which records of a key count; the default is the last alone. Others may be told of or not. */
  counts?: 'last' | 'all';
  /** What was found damaged later, by reading everything once more while the journal is in use. */
  onDamage?: (damage: JournalDamage) => void;
  /** False: every file is read and checked before the journal opens. The default takes the word of their indexes and checks later. */
  believeIndexes?: boolean;
  /** How long after the opening, a minute by default. */
  verifyAfterMs?: number;
  /** Whether the record at this place is still wanted. */
  isAlive: (key: string, at: JournalPlace) => boolean;
  /** A record that is alive lies elsewhere now. */
  onMoved: (key: string, from: JournalPlace, to: JournalPlace) => void;
  /** What the records that are alive take; past twice as much the oldest file is cleared up. */
  aliveBytes: () => number;
  logger: Logger;
  segmentBytes?: number;
}

interface Waiting {
  record: () => JournalRecord;
  done: (place: JournalPlace) => void;
  failed: (error: unknown) => void;
}

interface Line extends Pick<JournalRecord, 'key' | 'meta'> {
  /** With its line feed. */
  line: Buffer;
}

const usualVerifyAfterMs = 60_000;
const defaultSegmentBytes = 16 * 1024 * 1024;
/** As much garbage is never worth the trouble. */
const idleGarbageSegments = 2;

/** Opens (or makes) the journal in `dir`. Records that a power cut damaged are left out and counted in the log. */
export async function openJournal(options: JournalOptions): Promise<Journal> {
  const { dir, durable, gatherMs = 0, isAlive, onMoved, logger } = options;
  const { segmentBytes = defaultSegmentBytes } = options;
  await makeFolder(dir);
  const segments = await openSegments(dir, segmentBytes);
  let totalBytes = 0;
  let waiting: Waiting[] = [];
  let writing: Promise<void> | null = null;

  const indexes = createIndexWriter({ segments, counts: options.counts ?? 'last', logger });
  const { damaged, believed, ...loaded } = await loadSegments({
    ...{ segments, indexes, onRecord: options.onRecord },
    believeIndexes: options.believeIndexes ?? true,
  });
  totalBytes = loaded.totalBytes;
  if (damaged.length > 0) tellDamaged(damaged);
  if (segments.missing.length > 0) {
    logger.error({ dir, missing: segments.missing.map(segmentName) }, 'files of a journal are missing');
  }

  function tellDamaged(records: readonly DamagedRecord[]): void {
    const places = records.slice(0, 20).map(({ at, key }) => ({ ...at, key }));
    logger.error({ dir, damaged: records.length, places }, 'damaged records left out');
  }

  const verifying = verifyLater<DamagedRecord>({
    segments: believed,
    afterMs: options.verifyAfterMs ?? usualVerifyAfterMs,
    async *recordsOf(segment) {
      if (!segments.numbers().includes(segment)) return;
      for (const { at, line, head } of recordsIn(segment, await segments.read(segment))) {
        yield { bytes: at.bytes, damaged: head === null ? damagedRecord(at, line) : null };
      }
    },
    found(segment, records) {
      tellDamaged(records);
      options.onDamage?.({ records, missingSegments: [] });
      segments.dropIndex(segment).catch(() => undefined);
    },
  });

  /** Puts lines behind one another; where each came to lie. */
  async function write(lines: readonly Line[], flush: boolean): Promise<JournalPlace[]> {
    const bytes = Buffer.concat(lines.map(({ line }) => line));
    const { segment, offset: start } = await segments.append(bytes, flush);
    totalBytes += bytes.length;
    let offset = start;
    const places = lines.map(({ line }) => {
      const place = { segment, offset, bytes: line.length };
      offset += line.length;
      return place;
    });
    indexes.wrote(
      segment,
      lines.map(({ key, meta, line }, at) => ({
        key,
        meta,
        offset: places[at]?.offset ?? 0,
        bytes: line.length,
      })),
    );
    return places;
  }

  async function writeWaiting(): Promise<void> {
    const batch = waiting;
    waiting = [];
    try {
      const records = batch.map(({ record }) => record());
      const places = await write(
        records.map((record) => ({ ...record, line: encodeLine(record) })),
        durable,
      );
      for (const [index, place] of places.entries()) batch[index]?.done(place);
    } catch (error) {
      for (const { failed } of batch) failed(error);
    }
  }

  /** Copies what is alive out of the oldest file and removes that. What it says of removals counts nowhere else. */
  async function clearOldest(oldest: number): Promise<void> {
    const bytes = await segments.read(oldest);
    const records = [...recordsIn(oldest, bytes)];
    const isDamaged = records.some(({ head }) => head === null);
    if (isDamaged) logger.error({ dir, file: segmentName(oldest) }, 'damaged records set aside');
    const kept = records.flatMap(({ at, line, head }) =>
      head !== null && isAlive(head.key, at)
        ? [{ key: head.key, meta: head.meta, at, line: Buffer.concat([line, Buffer.from('\n')]) }]
        : [],
    );
    if (kept.length > 0) {
      const places = await write(kept, true);
      for (const [index, { key, at }] of kept.entries()) {
        const to = places[index];
        if (to !== undefined && isAlive(key, at)) onMoved(key, at, to);
      }
    }
    await segments.remove(oldest, isDamaged);
    totalBytes -= bytes.length;
  }

  async function clearUp(): Promise<void> {
    const [oldest, ...newer] = segments.numbers();
    const garbage = totalBytes - options.aliveBytes();
    if (oldest === undefined || newer.length === 0) return;
    if (garbage < idleGarbageSegments * segmentBytes || garbage * 2 < totalBytes) return;
    await clearOldest(oldest).catch((error: unknown) => {
      logger.error({ dir, error: String(error) }, 'journal not cleared up');
    });
  }

  async function work(): Promise<void> {
    if (gatherMs > 0) await setTimeout(gatherMs);
    else await new Promise<void>((go) => process.nextTick(go));
    while (waiting.length > 0) {
      await writeWaiting();
      await clearUp();
    }
    writing = null;
  }

  return {
    damage: { records: damaged, missingSegments: segments.missing },
    append(record) {
      const written = new Promise<JournalPlace>((done, failed) => waiting.push({ record, done, failed }));
      writing ??= work();
      return written;
    },
    ...createRecordReader(dir, segments),
    async each(take) {
      for (const segment of segments.numbers()) {
        const bytes = await segments.read(segment).catch(() => Buffer.alloc(0));
        let taken = 0;
        for (const { at, line, head } of recordsIn(segment, bytes)) {
          if (head === null || !isAlive(head.key, at)) continue;
          take(head.key, line.toString('utf8', head.bodyStart));
          taken += 1;
          if (taken % 200 === 0) await setImmediate();
        }
      }
    },
    async stop() {
      await verifying.stop();
      await writing;
      await segments.close();
      await indexes.finish();
    },
  };
}
