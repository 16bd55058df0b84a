import { MeshdeckError } from '@meshdeck/shared';

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** After these DuckDB serves nothing more from this opening of the file: it must be closed and opened again. */
export const needsReopening = (error: unknown): boolean =>
  /has been invalidated|FATAL Error|INTERNAL Error|TransactionContext Error/i.test(messageOf(error));

/**
 * What the system says of a disk or a quota that is used up, and what DuckDB says where the disk has no room for what a
 * query puts aside.
 */
const fullDisk =
  /No space left|ENOSPC|disk full|File too large|EFBIG|not enough space|quota exceeded|EDQUOT|failed to offload data block/i;

/** What DuckDB said, as a sentence for people that says what to do; the original is its cause. */
export function seriesProblem(error: unknown, filePath: string): MeshdeckError {
  if (error instanceof MeshdeckError) return error;
  const text = messageOf(error);
  if (/^INTERRUPT|AbortError|operation was aborted/i.test(text)) {
    return new MeshdeckError('cancelled', 'Reading the stored readings was cancelled.', { cause: error });
  }
  if (fullDisk.test(text)) {
    return new MeshdeckError(
      'disk-full',
      `The disk that holds ${filePath} is full. Free some space: storing readings then goes on by itself.`,
      { cause: error },
    );
  }
  if (/Out of Memory Error/i.test(text)) {
    return new MeshdeckError(
      'too-large',
      'This needs more memory than the store of readings may use. Ask for a shorter interval or fewer measurements.',
      { cause: error },
    );
  }
  if (/Could not set lock|Conflicting lock|used by another process|already open/i.test(text)) {
    const pid = /PID (\d+)/.exec(text)?.[1];
    return new MeshdeckError(
      'data-dir-in-use',
      `${filePath} is open in another program${pid === undefined ? '' : ` (process ${pid})`}. ` +
        'Stop that program, or give this hub a data folder of its own.',
      { cause: error },
    );
  }
  if (
    /Permission denied|Read-only file system|Operation not permitted|read-only mode|EEXIST|ENOTDIR|EACCES|EPERM|EROFS/i.test(
      text,
    )
  ) {
    return new MeshdeckError(
      'data-dir-unwritable',
      `The hub may not write ${filePath}. Give the account it runs under the right to, or choose another data folder.`,
      { cause: error },
    );
  }
  if (/version number|newer version|storage version|older version/i.test(text)) {
    return new MeshdeckError(
      'conflict',
      `${filePath} was written by another version of Meshdeck. Start the newer version, or move the file away ` +
        'to begin with an empty one.',
      { cause: error },
    );
  }
  if (
    /not a valid DuckDB database|checksum|corrupt|Failed to load|Failure while replaying WAL|deserialize/i.test(
      text,
    )
  ) {
    return new MeshdeckError(
      'internal',
      `${filePath} is damaged and cannot be read. Restore it from a backup, or move it away to begin with an empty one.`,
      { cause: error },
    );
  }
  return new MeshdeckError('internal', `Readings could not be stored in or read from ${filePath}.`, {
    cause: error,
  });
}
