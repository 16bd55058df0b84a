import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { zipStream, type ZipEntry } from './zip-stream.js';

const entryOf = (path: string, content: Buffer | string): ZipEntry => ({
  path,
  bytes: Buffer.byteLength(content),
  open: async () => Readable.from([Buffer.from(content)]),
});

const reader = `
import sys, zipfile, json
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
print(json.dumps({i.filename: z.read(i).hex() for i in z.infolist()}))`;

async function readByPython(archive: Buffer): Promise<Record<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), 'meshdeck-zip-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'a.zip');
  await writeFile(path, archive);
  const { stdout } = await promisify(execFile)('python3', ['-c', reader, path], { maxBuffer: 2 ** 26 });
  return JSON.parse(stdout) as Record<string, string>;
}

it.each([
  ['in the usual form', {}],
  ['as Zip64', { largeFrom: 0 }],
])('writes archives that other programs read %s', async (_how, options) => {
  const contents = {
    'plots/Ärger & Söhne (2) größe.csv': Buffer.from('a,b\n1,2\n'),
    'empty.txt': Buffer.alloc(0),
    'random.bin': randomBytes(300_000),
  };
  const entries = Object.entries(contents).map(([path, content]) => entryOf(path, content));
  const archive = await buffer(zipStream(entries, new Date(2026, 1, 3), options));
  const read = await readByPython(archive);
  expect(read).toEqual(
    Object.fromEntries(Object.entries(contents).map(([path, content]) => [path, content.toString('hex')])),
  );
});

it('breaks off where a file cannot be read, and leaves no stream open', async () => {
  const broken = Readable.from([Buffer.from('x')]);
  const entries = [
    {
      path: 'a',
      bytes: 9,
      open: async () =>
        new Readable({
          read() {
            this.destroy(new Error('gone'));
          },
        }),
    },
    { path: 'b', bytes: 1, open: async () => broken },
  ];
  await expect(buffer(zipStream(entries, new Date()))).rejects.toThrow('gone');
});
