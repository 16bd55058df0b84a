import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Logger } from 'pino';
import { decodeHead, encodeLine, linesOf, type JournalRecord } from './journal-line.js';
import {
  DamagedRecordError,
  keyOfDamaged,
  segmentName,
  type DamagedRecord,
  type JournalDamage,
} from './journal-damage.js';
import { openSegments } from './segments.js';
import { makeFolder } from '@meshdeck/shared/runtime';

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
export interface Journal {
  /**
   * `record` is asked for when its turn to be written comes. Resolves once it is on disk, or, where the journal is
   * not durable, with the system; rejects with the system's error, and then nothing of it is there.
   */
  append(record: () => JournalRecord): Promise<JournalPlace>;
  /** What was damaged or missing when it was opened. */
  damage: JournalDamage;
  /** The record's body. @throws DamagedRecordError */
  read(place: JournalPlace): Promise<string>;
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
  /** Told of every record while the journal opens, oldest first: the last of a key counts. */
  onRecord: (record: { key: string; meta: string; body: () => string }, at: JournalPlace) => void;
  /** A file was read to its end: its bodies are gone after this. */
  onFileRead?: () => void;
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

  function* recordsIn(segment: number, bytes: Buffer) {
    for (const { offset, line } of linesOf(bytes)) {
      const at: JournalPlace = { segment, offset, bytes: line.length + 1 };
      yield { at, line, head: decodeHead(line) };
    }
  }

  const damaged: DamagedRecord[] = [];
  for (const segment of segments.numbers()) {
    const bytes = await segments.read(segment);
    totalBytes += bytes.length;
    for (const { at, line, head } of recordsIn(segment, bytes)) {
      if (head === null) damaged.push({ at, key: keyOfDamaged(line) });
      else options.onRecord({ ...head, body: () => line.toString('utf8', head.bodyStart) }, at);
    }
    options.onFileRead?.();
  }
  if (damaged.length > 0) {
    const places = damaged.slice(0, 20).map(({ at, key }) => ({ ...at, key }));
    logger.error({ dir, damaged: damaged.length, places }, 'damaged records left out');
  }
  if (segments.missing.length > 0) {
    logger.error({ dir, missing: segments.missing.map(segmentName) }, 'files of a journal are missing');
  }

  /** Puts lines behind one another; where each came to lie. */
  async function write(lines: readonly Buffer[], flush: boolean): Promise<JournalPlace[]> {
    const bytes = Buffer.concat(lines);
    const start = await segments.append(bytes, flush);
    totalBytes += bytes.length;
    let { offset } = start;
    return lines.map((line) => {
      const place = { segment: start.segment, offset, bytes: line.length };
      offset += line.length;
      return place;
    });
  }

  async function writeWaiting(): Promise<void> {
    const batch = waiting;
    waiting = [];
    try {
      const places = await write(
        batch.map(({ record }) => encodeLine(record())),
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
        ? [{ key: head.key, at, line: Buffer.concat([line, Buffer.from('\n')]) }]
        : [],
    );
    if (kept.length > 0) {
      const places = await write(
        kept.map(({ line }) => line),
        true,
      );
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
    async read(place) {
      const line = await segments
        .readAt(place.segment, place.offset, place.bytes - 1)
        .catch((error: NodeJS.ErrnoException) => {
          const isGone = error.code === 'ENOENT' || error.code === 'EIO';
          throw isGone ? new DamagedRecordError(dir, place, error) : error;
        });
      const head = decodeHead(line);
      if (head === null) throw new DamagedRecordError(dir, place);
      return line.toString('utf8', head.bodyStart);
    },
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
      await writing;
      await segments.close();
    },
  };
}
