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

/** What a link leads to, itself through links. */
async function targetOf(path: string): Promise<'file' | 'folder' | 'nothing'> {
  const target = await stat(path).catch(() => null);
  if (target?.isDirectory() === true) return 'folder';
  return target?.isFile() === true ? 'file' : 'nothing';
}

/** `2 links to folders (a, b)`, sorted, the first five by name. */
function linkWords(links: readonly string[], one: string, many: string): string {
  const shown = links.slice(0, 5).map((path) => JSON.stringify(path));
  const more = links.length > shown.length ? ` and ${formatNumber(links.length - shown.length)} more` : '';
  return `${formatNumber(links.length)} ${links.length === 1 ? one : many} (${shown.join(', ')}${more})`;
}

/**
 * The files below a folder that call themselves pictures, by their paths inside it. Links to files count as the files,
 * wherever they lead. Folders behind links are not entered: they may lead back, or hold the same pictures again.
 *
 * @throws MeshdeckError `invalid-request` with the links that lead to folders, and those of pictures that lead nowhere
 */
async function picturesIn(folder: string): Promise<string[]> {
  const pictures: string[] = [];
  const [toFolders, toNothing]: [string[], string[]] = [[], []];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/');
    if (hidden(path)) continue;
    const isNamed = named.test(entry.name);
    if (entry.isFile() && isNamed) pictures.push(path);
    if (!entry.isSymbolicLink()) continue;
    const target = await targetOf(join(folder, path));
    if (target === 'folder') toFolders.push(path);
    else if (isNamed) (target === 'file' ? pictures : toNothing).push(path);
  }
  const byName = (a: string, b: string) => (a < b ? -1 : 1);
  const wrong = [
    ...(toFolders.length > 0
      ? [
          `${linkWords(toFolders.sort(byName), 'link to a folder', 'links to folders')}, which ${toFolders.length === 1 ? 'is' : 'are'} not followed`,
        ]
      : []),
    ...(toNothing.length > 0
      ? [
          `${linkWords(toNothing.sort(byName), 'picture', 'pictures')} that ${toNothing.length === 1 ? 'is a link' : 'are links'} to nothing that can be read`,
        ]
      : []),
  ];
  if (wrong.length > 0)
    throw new MeshdeckError(
      'invalid-request',
      `${folder} has ${wrong.join(', and ')}. Take the links away, or put in their place what they stand for.`,
    );
  return pictures.sort(byName);
}

const tooMuch = (path: string, what: string) =>
  new MeshdeckError('too-large', `${path} has ${what}. Run it in several folders.`);

/**
 * The pictures of a folder as one zip archive, in a temporary file that goes when this process ends. Other files stay here.
 *
 * @throws MeshdeckError `invalid-request` where there are none, or links that cannot be followed, `too-large`
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
