import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canMountDisks } from '@meshdeck/testing/programs';
import { smallDisk } from '@meshdeck/testing/vitest';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../testing/test-agent.js';
import { openDataFolder } from './data-folder.js';

it.skipIf(process.platform !== 'linux')('says at once that nothing can be kept below /proc', async () => {
  await expect(openDataFolder('/proc/meshdeck/node')).rejects.toMatchObject({
    code: 'data-dir-unwritable',
    message: expect.stringContaining('/proc/meshdeck/node') as string,
  });
});

it('refuses a file where its folder should be', async () => {
  const path = join(await temporaryFolder(), 'taken');
  await writeFile(path, '');
  await expect(openDataFolder(path)).rejects.toMatchObject({ code: 'data-dir-unwritable' });
});

it('makes folders on the way for nobody else to look into', async () => {
  const parent = join(await temporaryFolder(), 'a');
  const path = join(parent, 'b', 'c');
  const data = await openDataFolder(path);
  onTestFinished(() => data.release());
  expect((await stat(parent)).mode & 0o777).toBe(0o700);
  expect(await readdir(path)).toEqual(expect.arrayContaining(['attempts', 'cache']));
});

it.runIf(canMountDisks())('says that the disk is full where that is why (needs root)', async () => {
  // Room for the disk's own folder and nothing in it.
  const path = join(smallDisk('size=1m,nr_inodes=1'), 'node');
  await expect(openDataFolder(path)).rejects.toMatchObject({ code: 'disk-full' });
});
