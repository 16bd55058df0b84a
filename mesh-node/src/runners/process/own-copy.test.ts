import { chmod, mkdir, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../testing/test-agent.js';
import { makeOwnCopy } from './own-copy.js';

it('copies what is closed to writing, so that the copy can be written to and removed', async () => {
  const folder = await temporaryFolder();
  const source = join(folder, 'cached');
  const target = join(folder, 'own');
  await mkdir(join(source, 'deep'), { recursive: true });
  await writeFile(join(source, 'deep', 'file'), 'as it was', { mode: 0o400 });
  await symlink('file', join(source, 'deep', 'link'));
  await chmod(join(source, 'deep'), 0o500);

  await makeOwnCopy(source, target);
  const path = join(target, 'deep', 'file');
  expect((await stat(path)).ino).not.toBe((await stat(join(source, 'deep', 'file'))).ino);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readlink(join(target, 'deep', 'link'))).toBe('file');
  await writeFile(path, 'changed');
  await rm(target, { recursive: true });
  expect(await readFile(join(source, 'deep', 'file'), 'utf8')).toBe('as it was');
  await chmod(join(source, 'deep'), 0o700);
});

it('keeps what may be run runnable', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'tool'), '#!/bin/sh\n', { mode: 0o555 });
  await makeOwnCopy(join(folder, 'tool'), join(folder, 'own'));
  expect((await stat(join(folder, 'own'))).mode & 0o777).toBe(0o755);
});
