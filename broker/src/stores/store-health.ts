import { statfsSync } from 'node:fs';
import { MeshdeckError, type ComponentState } from '@meshdeck/shared';
import { cutWords, damagedWords, type DamagedDocuments } from './damage-words.js';
import type { TruncatedLine } from './truncated-line.js';

const fullCodes = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
/** Shown at a time; the log has all. */
const mostSentences = 12;
/** With less room than this the next upload finds none. */
const leastFreeBytes = 256 * 1024;

/** Whether the system had no room for what was to be written. */
export function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && fullCodes.has(String(error.code));
}

function hasRoom(dir: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(dir);
    return bavail * bsize >= leastFreeBytes;
  } catch {
    return true;
  }
}

/** @param dir the folder on that disk that a person knows, where it is known */
export function diskFull(cause: unknown, dir?: string): MeshdeckError {
  const where = dir === undefined ? '' : `: nothing more can be written to ${dir}`;
  return new MeshdeckError(
    'disk-full',
    `The hub's disk is full${where}. Free some space there; what waits goes on by itself.`,
    { cause },
  );
}

/** What people should know of the files the hub keeps: what was damaged when it started, and that its disk is full. */
export interface StoreHealth {
  /** A file lost its last line, or lines within it could not be read. */
  cut(path: string, truncated: TruncatedLine): void;
  damaged(path: string, damage: DamagedDocuments): void;
  /** Something else that was found damaged or missing, as a sentence. */
  noted(sentence: string): void;
  /** A write failed. Returns what to throw: words for a full disk, the error itself otherwise. */
  refused(error: unknown): unknown;
  /** A write succeeded. */
  wrote(): void;
  state(): ComponentState;
}

/** `dir` is the data folder. */
export function createStoreHealth(dir: string): StoreHealth {
  const found: string[] = [];
  let full: MeshdeckError | null = null;
  let more = 0;

  function note(sentence: string): void {
    if (found.includes(sentence)) return;
    if (found.length < mostSentences) found.push(sentence);
    else more += 1;
  }

  const damageFound = (): string | null => {
    if (found.length === 0) return null;
    return more === 0 ? found.join(' ') : `${found.join(' ')} And ${more} more, all in the hub's log.`;
  };

  return {
    cut: (path, truncated) => note(cutWords(path, truncated)),
    damaged: (path, damage) => note(damagedWords(path, damage)),
    noted: note,
    refused(error) {
      if (!isDiskFull(error)) return error;
      full = diskFull(error, dir);
      return full;
    },
    wrote: () => void (full = null),
    state() {
      const problem = full ?? (hasRoom(dir) ? null : diskFull(undefined, dir));
      return {
        name: 'Documents',
        state: problem === null ? 'running' : 'degraded',
        message: problem?.message ?? damageFound(),
      };
    },
  };
}
