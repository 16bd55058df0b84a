import { open, readFile, type FileHandle } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { isMissing } from '../storage/json-file.js';
import { writeAll, writeFileAtomically } from '@meshdeck/shared/runtime';

/** Past this, and twice what is kept, the file is written anew. */
const tidyBytes = 1024 * 1024;

/** What is said within so long goes to the disk together: a small job begins, ends and is forgotten in less. */
const soonMs = 25;

/**
 * The newest value of each key, in one file of JSON lines. What is said within `soonMs`, or while the disk is busy,
 * reaches it together, by one write and one flush, and of each key only the last of it.
 */
export interface RecordLog<T> {
  /** Everything that was kept when the log was opened. */
  loaded: readonly T[];
  /** Resolves once it is on disk; null forgets the key. */
  set: (key: string, value: T | null) => Promise<void>;
  close: () => Promise<void>;
}

/** A line that waits for the disk, and those who wait for it. */
interface Waiting {
  line: string;
  forgets: boolean;
  done: (() => void)[];
  failed: ((error: unknown) => void)[];
}

const lineOf = (key: string, value: unknown) => `${JSON.stringify({ key, value })}\n`;

/** `parse` throws for what makes no sense; that is left out and handed to `onDamaged`. */
export async function openRecordLog<T>(options: {
  path: string;
  parse: (value: unknown) => T;
  onDamaged: (error: unknown) => void;
}): Promise<RecordLog<T>> {
  const { path } = options;
  const lines = new Map<string, string>();
  const values = new Map<string, T>();
  let waiting = new Map<string, Waiting>();
  /** Keys of which the file says something. */
  const inFile = new Set<string>();
  let writing: Promise<void> | undefined;
  let file: FileHandle | undefined;
  let size = 0;

  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return '';
    throw error;
  });
  for (const line of text.split('\n')) {
    if (line === '') continue;
    try {
      const { key, value } = JSON.parse(line) as { key: string; value: unknown };
      values.delete(key);
      if (value !== null) values.set(key, options.parse(value));
    } catch (error) {
      options.onDamaged(error);
    }
  }
  for (const [key, value] of values) lines.set(key, lineOf(key, value));

  /** The file with nothing in it but what is kept, ready to be written on. */
  async function renew(): Promise<FileHandle> {
    await file?.close();
    file = undefined;
    const kept = [...lines.values()].join('');
    const keys = [...lines.keys()];
    await writeFileAtomically(path, kept);
    inFile.clear();
    for (const key of keys) inFile.add(key);
    size = Buffer.byteLength(kept);
    file = await open(path, 'a', 0o600);
    return file;
  }

  async function writeBatch(): Promise<void> {
    const batch = waiting;
    waiting = new Map();
    // What the file never heard of need not be forgotten there.
    const told = [...batch].filter(([key, { forgets }]) => !forgets || inFile.has(key));
    try {
      const keptBytes = [...lines.values()].reduce((sum, line) => sum + line.length, 0);
      const isFull = size > tidyBytes && size > 2 * keptBytes;
      if (file === undefined || isFull) {
        // Holds what waits as well.
        await renew();
      } else if (told.length > 0) {
        const bytes = Buffer.from(told.map(([, { line }]) => line).join(''));
        await writeAll(file, bytes);
        await file.datasync();
        size += bytes.length;
        for (const [key, { forgets }] of told) inFile[forgets ? 'delete' : 'add'](key);
      }
      for (const { done } of batch.values()) for (const tell of done) tell();
    } catch (error) {
      // Half a line may lie at its end: the next write makes the file anew.
      await file?.close().catch(() => undefined);
      file = undefined;
      for (const { failed } of batch.values()) for (const tell of failed) tell(error);
    }
  }

  async function work(): Promise<void> {
    await setTimeout(soonMs);
    while (waiting.size > 0) await writeBatch();
    writing = undefined;
  }

  return {
    loaded: [...values.values()],
    set(key, value) {
      const line = lineOf(key, value);
      if (value === null) lines.delete(key);
      else lines.set(key, line);
      const written = new Promise<void>((done, failed) => {
        const before = waiting.get(key);
        waiting.set(key, {
          line,
          forgets: value === null,
          done: [...(before?.done ?? []), done],
          failed: [...(before?.failed ?? []), failed],
        });
      });
      writing ??= work();
      return written;
    },
    async close() {
      await writing;
      await file?.close();
      file = undefined;
    },
  };
}
