import { statfs } from 'node:fs/promises';
import { hostname } from 'node:os';
import { MeshdeckError, type ErrorCode } from '@meshdeck/shared';

const fullCodes = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
/** Less room than this and a program that writes has none. */
const leastFreeBytes = 64 * 1024;
/** What a program that finds no room may end as. */
const suspects = new Set<ErrorCode>(['app-crashed', 'app-no-output', 'requirements-failed', 'internal']);

/** Whether the system had no room for what was to be written. */
export function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && fullCodes.has(String(error.code));
}

async function hasRoom(folder: string): Promise<boolean> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize >= leastFreeBytes;
  } catch {
    return true;
  }
}

/** `error`, or, where this machine's full disk is behind it, the sentence that says so. */
export async function orDiskFull(error: unknown, folder: string): Promise<unknown> {
  const suspect = !(error instanceof MeshdeckError) || suspects.has(error.code);
  if (!isDiskFull(error) && (!suspect || (await hasRoom(folder)))) return error;
  return new MeshdeckError(
    'disk-full',
    `The disk of ${hostname()} is full: nothing more can be written to ${folder}. Free some space there, and the job goes on.`,
    { cause: error },
  );
}
