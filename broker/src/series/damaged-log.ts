import { rename, stat } from 'node:fs/promises';
import { formatBytes } from '@meshdeck/shared';
import type { SeriesDatabase } from './database.js';
import { seriesProblem } from './problems.js';

const isOfLog = /replay(ing)? WAL|\.wal\b|write-ahead log/i;
const outOfFiles = /Too many open files|EMFILE|ENFILE/i;
/** Of these the log is whole, and is read once there is room, or the right to. */
const passing: ReadonlySet<string> = new Set(['disk-full', 'data-dir-unwritable', 'data-dir-in-use']);

const isDamage = (error: unknown, filePath: string): boolean => {
  const text = String(error);
  return isOfLog.test(text) && !outOfFiles.test(text) && !passing.has(seriesProblem(error, filePath).code);
};

/**
 * Opens the store without its log (`.wal`), where it is the log that is damaged: it holds what was stored since the file was
 * last brought up to date, a few megabytes at most, and the file all that came before. The log is kept beside it. Throws
 * `error` where the log is not to blame, and leaves it where it was.
 */
export async function openWithoutLog(
  filePath: string,
  error: unknown,
  openAgain: () => Promise<SeriesDatabase>,
): Promise<{ database: SeriesDatabase; notice: string; keptIn: string }> {
  const log = `${filePath}.wal`;
  const found = await stat(log).catch(() => null);
  if (found === null || !isDamage(error, filePath)) throw error;
  const keptIn = `${log}.damaged-${new Date(found.mtimeMs).toISOString().replaceAll(/[:.]/g, '-')}`;
  await rename(log, keptIn);
  try {
    return {
      database: await openAgain(),
      keptIn,
      notice: `${log} was damaged and set aside as ${keptIn} (${formatBytes(found.size)}): what was read in the last minutes before the hub stopped is lost, all that was stored before is there.`,
    };
  } catch {
    await rename(keptIn, log);
    throw error;
  }
}
