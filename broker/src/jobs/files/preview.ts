import { formatBytes, type FilePreview } from '@meshdeck/shared';
import type { FileStore } from '../../files/types.js';
import { pictureType } from './pictures.js';
import { jsonTable, textTable } from './table-preview.js';

/** Looked at of a file's beginning. */
const headBytes = 64 * 1024;
/** A picture that is larger is for downloading. */
export const mostPictureBytes = 20 * 1024 * 1024;
/** Text without an end of line is cut, too. */
const mostCharacters = 16 * 1024;

export interface PreviewedFile {
  path: string;
  sha256: string;
  bytes: number;
  type: string;
}

/** Bytes that no text holds, but for UTF-16, which begins with its mark. */
const isText = (head: Buffer): boolean => !head.includes(0);

function decode(head: Buffer): string {
  const [first, second] = head;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(head);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(head);
  return new TextDecoder('utf-8').decode(head);
}

const isWide = ([first, second]: Buffer) =>
  (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);

/** The beginning of a file as a person wants to see it. */
export async function previewOf(
  { path, sha256, bytes, type }: PreviewedFile,
  store: Pick<FileStore, 'open'>,
): Promise<FilePreview> {
  if (bytes === 0) return { kind: 'none', why: 'The file is empty.' };
  const { stream } = await store.open(sha256, { start: 0, end: headBytes - 1 });
  const head = Buffer.concat(await stream.toArray());
  if (pictureType(head, type) !== null) {
    return bytes <= mostPictureBytes
      ? { kind: 'picture' }
      : { kind: 'none', why: `Pictures larger than ${formatBytes(mostPictureBytes)} are not shown.` };
  }
  if (!isText(head) && !isWide(head)) return { kind: 'none', why: 'This kind of file is not shown.' };
  const text = decode(head);
  const isCut = bytes > head.length;
  const delimiter = /\.(csv|tsv)$/i.exec(path)?.[1]?.toLowerCase();
  if (delimiter !== undefined) {
    const table = textTable(text, head, delimiter === 'tsv' ? '\t' : null, isCut);
    if (table !== null) return table;
  }
  const isJson = type === 'application/json';
  const table = isJson && !isCut ? jsonTable(text) : null;
  if (table !== null) return table;
  return {
    kind: 'text',
    text: text.slice(0, mostCharacters),
    isJson,
    isCut: isCut || text.length > mostCharacters,
  };
}
