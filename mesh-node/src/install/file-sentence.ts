import { MeshdeckError } from '@meshdeck/shared';
import { isDiskFull } from '../storage/disk-full.js';

const isRefusal = (code: unknown) => code === 'EACCES' || code === 'EPERM' || code === 'EROFS';
const isWrongKind = (code: unknown) => code === 'ENOTDIR' || code === 'EEXIST' || code === 'EISDIR';

/** A file system's no to changing `path`, as a sentence; what is none of the kind is given back as it is. */
export function fileSentence(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || error instanceof MeshdeckError || !('code' in error)) return error;
  const { code } = error;
  const cause = { cause: error };
  if (isDiskFull(error))
    return new MeshdeckError(
      'disk-full',
      `The disk that holds ${path} is full. Free some space there, and do it again.`,
      cause,
    );
  if (isRefusal(code))
    return new MeshdeckError(
      'data-dir-unwritable',
      `${path} cannot be changed: it belongs to another user or is read-only. Do it as the user who installed the agent (with sudo where root did).`,
      cause,
    );
  if (isWrongKind(code))
    return new MeshdeckError(
      'data-dir-unwritable',
      `${path} cannot be made: a file is where a folder belongs. Move it away, and do it again.`,
      cause,
    );
  return error;
}

/** @throws what `act` throws, file errors as sentences about `path` */
export async function tellingFiles<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw fileSentence(error, path);
  }
}
