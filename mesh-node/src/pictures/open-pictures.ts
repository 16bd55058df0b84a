import { pictureHeadBytes, startsAsPictures } from '@meshdeck/shared';
import type { TableSource } from '../csv/table-source.js';
import { foreignWords, isNamedPicture, isZip, kindBytes, pictureKind } from './picture-kind.js';
import { ofPicture, PictureProblem } from './picture-problem.js';
import { invalidZip, readZip, type ZipEntry } from './zip-reader.js';

/** A picture that is to be decoded. */
export interface PictureFile {
  /** As people know it: what the result calls it. */
  name: string;
  /** @throws PictureProblem */
  read(): Promise<Buffer>;
}

/** Pictures in the order of their names, by the codes of their characters: `10.png` stands before `2.png`. */
export interface PictureSet {
  pictures: PictureFile[];
  leftOut: { file: string; why: string }[];
}

const systemFiles = new Set(['.ds_store', 'thumbs.db', 'ehthumbs.db', 'desktop.ini']);

/** What systems leave in folders, and nobody means. */
function systemWords(name: string): string | undefined {
  const file = name.slice(name.lastIndexOf('/') + 1);
  if (/^__MACOSX\//.test(name) || file.startsWith('._')) return 'a file of macOS';
  if (systemFiles.has(file.toLowerCase())) return 'a file of the system';
  return file.startsWith('.') ? 'a hidden file' : undefined;
}

/** Spreadsheets and numpy's arrays are zip archives, too, and no folders of pictures. */
function isDocument(names: readonly string[]): boolean {
  if (names.includes('[Content_Types].xml')) return true;
  if (names.includes('mimetype') && names.includes('content.xml')) return true;
  return names.length > 0 && names.every((name) => name.endsWith('.npy'));
}

async function sorted(entries: readonly ZipEntry[]): Promise<PictureSet> {
  const pictures: PictureFile[] = [];
  const leftOut: PictureSet['leftOut'] = [];
  for (const entry of entries) {
    const why = systemWords(entry.name) ?? (await strangerWords(entry));
    if (why === undefined) pictures.push(entry);
    else leftOut.push({ file: entry.name, why });
  }
  pictures.sort((a, b) => (a.name < b.name ? -1 : 1));
  return { pictures, leftOut };
}

/** Why a file is no picture; undefined where it is one, or calls itself so. */
async function strangerWords(entry: ZipEntry): Promise<string | undefined> {
  if (isNamedPicture(entry.name)) return undefined;
  let kind;
  try {
    kind = pictureKind(await entry.head());
  } catch (error) {
    if (error instanceof PictureProblem) return 'no picture';
    throw error;
  }
  if (kind === undefined) return 'no picture';
  if (typeof kind === 'object') throw ofPicture(entry.name, new PictureProblem(foreignWords(kind.foreign)));
  return undefined;
}

/**
 * The pictures that a file holds: a zip archive of them, or one picture, which is called `name`. Null where it is neither,
 * and may be a table.
 *
 * @throws MeshdeckError `picture-invalid` for an archive that cannot be read, that has no picture, or one of a kind that is
 *   not decoded here
 */
export async function openPictures(source: TableSource, name: string): Promise<PictureSet | null> {
  const head = await source.readAt(0, kindBytes);
  const kind = pictureKind(head);
  if (kind === 'png' || kind === 'jpeg') {
    return { pictures: [{ name, read: () => source.readAt(0, source.sizeBytes) }], leftOut: [] };
  }
  if (!isZip(head)) return null;
  // As the hub judges, which has no more of it.
  if (!startsAsPictures(await source.readAt(0, pictureHeadBytes))) return null;
  const entries = await readZip(source);
  if (isDocument(entries.map((entry) => entry.name))) return null;
  const set = await sorted(entries);
  if (set.pictures.length > 0) return set;
  throw invalidZip(
    'The zip archive holds no JPEG or PNG. Pack pictures into it, or unpack it and give the table inside.',
  );
}
