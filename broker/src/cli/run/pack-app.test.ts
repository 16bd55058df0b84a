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
