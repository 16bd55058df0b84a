import { isOfficeArchive } from './csv/other-formats.js';
import { zipEntryNames } from './csv/zip-names.js';

/** So many of a file's first bytes tell whether it may be pictures. */
export const pictureHeadBytes = 4096;

const pictures = ['\x89PNG\r\n\x1a\n', '\xff\xd8\xff'];
const archives = ['PK\x03\x04', 'PK\x05\x06'];

/** Arrays of numpy are zip archives, too. */
const isOfArrays = (names: readonly string[]) =>
  names.length > 0 && names.every((name) => name.endsWith('.npy'));

/**
 * Whether a file's first bytes are those of a JPEG, a PNG, or a zip archive that is neither a workbook nor numpy's arrays:
 * by the names of its files, not by what their pixels happen to spell. The hub and the agent both ask this.
 */
export function startsAsPictures(head: Uint8Array): boolean {
  const bytes = head.subarray(0, pictureHeadBytes);
  const text = String.fromCharCode(...bytes.subarray(0, 8));
  const starts = (start: string) => text.startsWith(start);
  if (pictures.some(starts)) return true;
  if (!archives.some(starts)) return false;
  return !isOfficeArchive(bytes) && !isOfArrays(zipEntryNames(bytes));
}
