import { MeshdeckError } from '@meshdeck/shared';
import { isOutOfHandles, outOfHandles } from './out-of-handles.js';
import { diskFull, isDiskFull } from './store-health.js';

const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? error.code : undefined);

/** Why a file of documents could not be opened, in words that say what to do: a backup helps against damage alone. */
export function loadProblem(error: unknown, filename: string, dir: string): MeshdeckError {
  if (isDiskFull(error)) return diskFull(error, dir);
  if (isOutOfHandles(error)) return outOfHandles(error);
  const code = codeOf(error);
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new MeshdeckError(
      'data-dir-unwritable',
      `The hub may not read and write ${filename}. Give the account it runs under the right to.`,
      { cause: error },
    );
  }
  return new MeshdeckError(
    'internal',
    `The file ${filename} cannot be read. Restore it from a backup, or move it away to start without it.`,
    { cause: error },
  );
}
