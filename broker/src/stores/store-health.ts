import { statfsSync } from 'node:fs';
import { basename } from 'node:path';
import { MeshdeckError, type ComponentState } from '@meshdeck/shared';
import type { TruncatedLine } from './truncated-line.js';

const fullCodes = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
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
  damaged(path: string, lines: number): void;
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
  return {
    cut(path, { bytes, keptIn }) {
      found.push(
        `${basename(path)} ended in mid-line: its last ${bytes} bytes were dropped (kept in ${keptIn}). Nobody had been told of them, and nothing else is missing.`,
      );
    },
    damaged(path, lines) {
      const what = lines === 1 ? 'One line' : `${lines} lines`;
      found.push(
        `${what} of ${basename(path)} could not be read and ${lines === 1 ? 'was' : 'were'} dropped.`,
      );
    },
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
        message: problem?.message ?? (found.length === 0 ? null : found.join(' ')),
      };
    },
  };
}
