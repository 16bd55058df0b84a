import { rmSync } from 'node:fs';
import { mkdtemp, open, readdir, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative, resolve, sep } from 'node:path';
import { MeshdeckError, formatBytes, formatNumber } from '@meshdeck/shared';
import type { InputFile } from './files.js';
import { createZipWriter, mostZipBytes, mostZipFiles } from './zip-writer.js';

/** What calls itself a picture, of kinds that are refused by name, too. */
const named = /\.(?:jpe?g|jpe|jfif|png|gif|webp|avif|hei[cf]|tiff?|bmp|jp2|jxl)$/i;
const hidden = (path: string) => path.split('/').some((part) => part.startsWith('.') || part === '__MACOSX');

/** The files below a folder that call themselves pictures, by their paths inside it. */
async function picturesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && named.test(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !hidden(path))
    .sort((a, b) => (a < b ? -1 : 1));
}

const tooMuch = (path: string, what: string) =>
  new MeshdeckError('too-large', `${path} has ${what}. Run it in several folders.`);

/**
 * The pictures of a folder as one zip archive, in a temporary file that goes when this process ends. Other files stay here.
 *
 * @throws MeshdeckError `invalid-request` where there are none, `too-large`
 */
export async function packPictures(path: string): Promise<InputFile> {
  const names = await picturesIn(path);
  if (names.length === 0)
    throw new MeshdeckError(
      'invalid-request',
      `${path} is a folder without a JPEG or PNG; --input takes one CSV file, or pictures: a folder, a .zip or one of them.`,
    );
  if (names.length > mostZipFiles) throw tooMuch(path, `${formatNumber(names.length)} pictures`);
  let bytes = 0;
  for (const name of names) bytes += (await stat(join(path, name))).size + 2 * Buffer.byteLength(name) + 76;
  if (bytes + 22 > mostZipBytes) throw tooMuch(path, `${formatBytes(bytes)} of pictures`);
  const folder = await mkdtemp(join(tmpdir(), 'meshdeck-pictures-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const packed = join(folder, 'pictures.zip');
  const file = await open(packed, 'wx', 0o600);
  try {
    const zip = createZipWriter(file);
    for (const name of names) await zip.add(name, await readFile(join(path, name)));
    return { path: packed, name: `${basename(resolve(path))}.zip`, bytes: await zip.finish() };
  } finally {
    await file.close();
  }
}
