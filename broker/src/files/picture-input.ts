import { pictureHeadBytes, startsAsPictures } from '@meshdeck/shared';
import type { FileStore } from './types.js';

/** Whether a stored file is pictures, by its first bytes, whatever its name is. */
export async function isPictureInput(
  files: Pick<FileStore, 'open'>,
  { sha256, bytes }: { sha256: string; bytes: number },
): Promise<boolean> {
  if (bytes === 0) return false;
  const { stream } = await files.open(sha256, { start: 0, end: Math.min(bytes, pictureHeadBytes) - 1 });
  return startsAsPictures(Buffer.concat(await stream.toArray()));
}
