import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openDataFolder } from './data-folder.js';

async function temporary(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'meshdeck-data-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

describe('the data folder', () => {
  it('is made where it is missing, for its owner alone', async () => {
    const path = join(await temporary(), 'a', 'b');
    const folder = await openDataFolder(path);
    onTestFinished(folder.release);
    expect((await stat(path)).mode & 0o777).toBe(0o700);
  });

  it('belongs to one hub at a time, and is free again after it', async () => {
    const path = await temporary();
    const first = await openDataFolder(path);
    await expect(openDataFolder(path)).rejects.toMatchObject({ code: 'data-dir-in-use' });
    await first.release();
    const second = await openDataFolder(path);
    await second.release();
  });

  it('says so when nothing can be written there', async () => {
    const file = join(await temporary(), 'file');
    await writeFile(file, '');
    await expect(openDataFolder(join(file, 'hub'))).rejects.toMatchObject({ code: 'data-dir-unwritable' });
  });

  it.runIf(process.platform === 'linux')('does not hang where the system takes no folders', async () => {
    await expect(openDataFolder('/proc/meshdeck')).rejects.toMatchObject({ code: 'data-dir-unwritable' });
  });
});
