import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { list } from 'tar';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../testing.js';
import { packApp } from './pack-app.js';

it('packs a folder without what a working folder holds beside the app', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'lib/__pycache__'), { recursive: true });
  mkdirSync(join(folder, '.git'));
  for (const file of ['app.py', 'lib/model.py', 'lib/__pycache__/model.pyc', '.git/HEAD']) {
    writeFileSync(join(folder, file), 'x');
  }
  const packed = await packApp(folder);
  expect(packed?.filename).toMatch(/\.tar\.gz$/);
  const files: string[] = [];
  const reader = list({ onReadEntry: (entry) => void (entry.type === 'File' && files.push(entry.path)) });
  await pipeline(packed?.body ?? [], reader as unknown as NodeJS.WritableStream);
  expect(files.sort()).toEqual(['./app.py', './lib/model.py']);
});

async function packed(files: Record<string, string>) {
  const folder = temporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const pack = await packApp(folder);
  const sent: string[] = [];
  const reader = list({ onReadEntry: (entry) => void (entry.type === 'File' && sent.push(entry.path)) });
  await pipeline(pack?.body ?? [], reader as unknown as NodeJS.WritableStream);
  return { sent: sent.sort(), notes: pack?.notes };
}

it('never sends files of variables, and says so', async () => {
  const { sent, notes } = await packed({
    'app.py': '',
    '.env': 'TOKEN=x',
    '.env.local': 'TOKEN=x',
    '.env.example': 'TOKEN=',
    'lib/.env': 'TOKEN=x',
    '.meshdeckignore': '!.env\n',
  });
  expect(sent).toEqual(['./.env.example', './.meshdeckignore', './app.py']);
  expect(notes?.map((note) => note.split(' ')[0]).sort()).toEqual(['.env', '.env.local']);
});

it('keeps to .gitignore, and to .meshdeckignore over it', async () => {
  const { sent, notes } = await packed({
    'app.py': '',
    'model.onnx': '',
    'data/train.csv': '',
    'data/keep.csv': '',
    'notes/todo.md': '',
    'src/deep/build/x.o': '',
    '.gitignore': '*.onnx\nbuild/\n# data\n/notes\n',
    '.meshdeckignore': '!model.onnx\ndata/*\n!data/keep.csv\n',
  });
  expect(sent).toEqual(['./.gitignore', './.meshdeckignore', './app.py', './data/keep.csv', './model.onnx']);
  expect(notes).toEqual([]);
});

it('sends a file as it is', async () => {
  const path = join(temporaryFolder(), 'iris.onnx');
  writeFileSync(path, 'bytes');
  const packed = await packApp(path);
  expect(packed?.filename).toBe('iris.onnx');
  expect(await packed?.body.toArray()).toEqual([Buffer.from('bytes')]);
});

it('names a file after its folder where its own name says nothing', async () => {
  const folder = join(temporaryFolder(), 'titration');
  mkdirSync(folder);
  for (const name of ['app.py', 'model.onnx', 'app.mjs']) writeFileSync(join(folder, name), 'x');
  for (const [name, sent] of [
    ['app.py', 'titration.py'],
    ['model.onnx', 'titration.onnx'],
    ['app.mjs', 'titration.mjs'],
  ] as const) {
    const packed = await packApp(join(folder, name));
    expect(packed?.filename).toBe(sent);
    expect(await packed?.body.toArray()).toEqual([Buffer.from('x')]);
  }
});

it('finds nothing where there is nothing', async () => {
  expect(await packApp('/nowhere/app')).toBeNull();
});
