import type { IndexWriter } from './index-writer.js';
import { keyOfDamaged, type DamagedRecord } from './journal-damage.js';
import { decodeHead, linesOf } from './journal-line.js';
import type { JournalPlace } from './journal.js';
import type { IndexedRecord } from './segment-index.js';
import type { Segments } from './segments.js';

/** The lines of one file; `head` is null where one is damaged. */
export function* recordsIn(segment: number, bytes: Buffer) {
  for (const { offset, line } of linesOf(bytes)) {
    const at: JournalPlace = { segment, offset, bytes: line.length + 1 };
    yield { at, line, head: decodeHead(line) };
  }
}

export const damagedRecord = (at: JournalPlace, line: Buffer): DamagedRecord => ({
  at,
  key: keyOfDamaged(line),
});

interface Loaded {
  totalBytes: number;
  damaged: DamagedRecord[];
  /** Whose index was believed. */
  believed: number[];
}

/**
 * Tells of every record in the order they came: from a file's index where it has one that is true, else from the file,
 * whose index is made then. One with damage gets none, so that the damage is told at every start.
 */
export async function loadSegments(options: {
  segments: Segments;
  indexes: IndexWriter;
  believeIndexes: boolean;
  onRecord: (record: { key: string; meta: string }, at: JournalPlace) => void;
}): Promise<Loaded> {
  const { segments, indexes, onRecord } = options;
  const loaded: Loaded = { totalBytes: 0, damaged: [], believed: [] };

  async function readWhole(segment: number): Promise<void> {
    const bytes = await segments.read(segment);
    const damagedBefore = loaded.damaged.length;
    const records: IndexedRecord[] = [];
    loaded.totalBytes += bytes.length;
    for (const { at, line, head } of recordsIn(segment, bytes)) {
      if (head === null) {
        loaded.damaged.push(damagedRecord(at, line));
        continue;
      }
      onRecord(head, at);
      records.push({ key: head.key, meta: head.meta, offset: at.offset, bytes: at.bytes });
    }
    if (loaded.damaged.length === damagedBefore) indexes.save(segment, records);
  }

  const numbers = segments.numbers();
  const found = numbers.map((segment) => (options.believeIndexes ? segments.index(segment) : null));
  for (const [position, segment] of numbers.entries()) {
    const index = await found[position];
    if (index === null || index === undefined) {
      await readWhole(segment);
      continue;
    }
    loaded.believed.push(segment);
    loaded.totalBytes += index.bytes;
    for (const { offset, bytes, ...record } of index.records) onRecord(record, { segment, offset, bytes });
  }
  return loaded;
}
