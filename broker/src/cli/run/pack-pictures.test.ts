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
  ]);
  // The same pictures are the same file, which is stored once.
  expect(await readFile((await findInput(folder)).path)).toEqual(await readFile(packed.path));
});

it('refuses a folder without pictures', async () => {
  const folder = await folderWith({ 'table.csv': 'a\n1\n' });
  await expect(findInput(folder)).rejects.toThrow(
    'is a folder without a JPEG or PNG; --input takes one CSV file, or pictures',
  );
});
