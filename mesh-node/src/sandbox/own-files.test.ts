import { link, lstat, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../testing/test-agent.js';
import { giveTo, takeBack } from './own-files.js';

const asRoot = process.getuid?.() === 0;
const user = { uid: 61_500, gid: 61_500 };

it.skipIf(!asRoot)('gives files to a job and takes them back without its traps', async () => {
  const outside = join(await temporaryFolder(), 'shadow');
  await writeFile(outside, 'secret', { mode: 0o600 });
  const folder = join(await temporaryFolder(), 'venv');
  await mkdir(folder, { mode: 0o700 });
  await writeFile(join(folder, 'module.py'), '', { mode: 0o600 });
  await writeFile(join(folder, 'tool'), '', { mode: 0o700 });
  await giveTo(user, folder);
  for (const name of ['', 'module.py', 'tool']) expect((await lstat(join(folder, name))).uid).toBe(user.uid);

  // What a hostile installer leaves behind: a link, and another name of a file that is not its own.
  await symlink(outside, join(folder, 'link'));
  await link(outside, join(folder, 'hard'));
  await giveTo(user, folder);
  expect((await lstat(outside)).uid).toBe(0);
  await takeBack(user, folder);
  const modeOf = async (path: string) => ((await lstat(path)).mode & 0o7777).toString(8);
  expect(await modeOf(folder)).toBe('755');
  expect(await modeOf(join(folder, 'module.py'))).toBe('644');
  expect(await modeOf(join(folder, 'tool'))).toBe('755');
  expect((await lstat(join(folder, 'tool'))).uid).toBe(0);
  expect(await modeOf(outside)).toBe('600');
});
