import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import yauzl from 'yauzl';
import { expect, it, onTestFinished } from 'vitest';
import { findInput } from './files.js';

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'meshdeck-photos-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}

async function unzipped(path: string): Promise<[name: string, content: string][]> {
  const zip = await yauzl.openPromise(path, { autoClose: false });
  const files: [string, string][] = [];
  for await (const entry of zip.eachEntry()) {
    const content = Buffer.concat(await (await zip.openReadStreamPromise(entry)).toArray());
    files.push([entry.fileName, content.toString()]);
  }
  zip.close();
  return files;
}

it('packs the pictures of a folder by their names, and nothing else', async () => {
  const folder = await folderWith({
    'b.PNG': '2',
    'a/Ärger & Söhne (2) größe.jpg': '1',
    'notes.txt': 'x',
    '.hidden.png': 'x',
    '__MACOSX/c.png': 'x',
    'd.webp': 'another kind, which the run names',
  });
  await symlink(join(folder, 'b.PNG'), join(folder, 'link.png'));
  const packed = await findInput(folder);
  expect(packed.name).toBe(`${folder.split('/').at(-1)}.zip`);
  expect((await readFile(packed.path)).length).toBe(packed.bytes);
  expect(await unzipped(packed.path)).toEqual([
    ['a/Ärger & Söhne (2) größe.jpg', '1'],
    ['b.PNG', '2'],
    ['d.webp', 'another kind, which the run names'],
    ['link.png', '2'],
  ]);
  // The same pictures are the same file, which is stored once.
  expect(await readFile((await findInput(folder)).path)).toEqual(await readFile(packed.path));
});

it('takes files behind links, also outside of the folder, and leaves out links to files that are no pictures', async () => {
  const outside = await folderWith({ 'x.png': 'x', 'y.txt': 'y' });
  const folder = await folderWith({ 'sub/a.png': 'a' });
  await symlink(join(outside, 'x.png'), join(folder, 'sub', 'far.png'));
  await symlink('far.png', join(folder, 'sub', 'farther.png'));
  await symlink(join(outside, 'y.txt'), join(folder, 'notes.txt'));
  await symlink(join(outside, 'gone.txt'), join(folder, 'gone.txt'));
  await symlink(join(outside, 'gone.png'), join(folder, '.gone.png'));
  expect(await unzipped((await findInput(folder)).path)).toEqual([
    ['sub/a.png', 'a'],
    ['sub/far.png', 'x'],
    ['sub/farther.png', 'x'],
  ]);
});

it('refuses links to folders and to nothing, by their names and how many they are', async () => {
  const outside = await folderWith({ 'x.png': 'x' });
  const folder = await folderWith({ 'a.png': 'a' });
  await symlink(outside, join(folder, 'more'));
  await expect(findInput(folder)).rejects.toMatchObject({
    code: 'invalid-request',
    message: `${folder} has 1 link to a folder ("more"), which is not followed. Take the links away, or put in their place what they stand for.`,
  });
  await symlink('.', join(folder, 'again.png'));
  for (const name of ['1', '2', '3', '4', '5', '6'])
    await symlink(join(outside, 'gone'), join(folder, `${name}.png`));
  await symlink('loop.jpg', join(folder, 'loop.jpg'));
  await expect(findInput(folder)).rejects.toThrow(
    'has 2 links to folders ("again.png", "more"), which are not followed, and 7 pictures ("1.png", "2.png", "3.png", "4.png", "5.png" and 2 more) that are links to nothing that can be read.',
  );
});

it('refuses a folder without pictures', async () => {
  const folder = await folderWith({ 'table.csv': 'a\n1\n' });
  await expect(findInput(folder)).rejects.toThrow(
    'is a folder without a JPEG or PNG; --input takes one CSV file, or pictures',
  );
});
