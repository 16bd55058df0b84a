import type { Logger } from 'pino';
import type { IndexedRecord } from './segment-index.js';
import type { Segments } from './segments.js';

/** Notes what is written to the newest file, and saves it once that file is complete. */
export interface IndexWriter {
  wrote(segment: number, records: readonly IndexedRecord[]): void;
  /** Saves that of a file that is complete. */
  save(segment: number, records: readonly IndexedRecord[]): void;
  /** The newest file is complete, too; resolves when all is saved or has failed. */
  finish(): Promise<void>;
}

/** The last of each key, in the order of the file. */
function lastOfEach(records: readonly IndexedRecord[]): IndexedRecord[] {
  const last = new Map(records.map((record) => [record.key, record]));
  return records.filter((record) => last.get(record.key) === record);
}

/** `counts`: which records of a key are wanted at a start. An index that cannot be written costs the next start time and nothing else. */
export function createIndexWriter(options: {
  segments: Pick<Segments, 'saveIndex'>;
  counts: 'last' | 'all';
  logger: Logger;
}): IndexWriter {
  const { segments, counts, logger } = options;
  let newest: { segment: number; records: IndexedRecord[] } | null = null;
  let saving = Promise.resolve();

  function save(segment: number, records: readonly IndexedRecord[]): void {
    const wanted = counts === 'last' ? lastOfEach(records) : records;
    saving = saving
      .then(() => segments.saveIndex(segment, wanted))
      .catch((error: unknown) =>
        logger.warn({ segment, error: String(error) }, 'index of a journal not saved'),
      );
  }

  function complete(): void {
    if (newest !== null) save(newest.segment, newest.records);
    newest = null;
  }

  return {
    save,
    wrote(segment, records) {
      if (newest?.segment !== segment) complete();
      newest ??= { segment, records: [] };
      newest.records.push(...records);
    },
    finish() {
      complete();
      return saving;
    },
  };
}
