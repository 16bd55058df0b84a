import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canMountDisks } from '@meshdeck/testing/programs';
import { smallDisk } from '@meshdeck/testing/vitest';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openDataFolder } from './data-folder.js';
import { lockFolder } from './folder-lock.js';

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

  // Room for none of its folders, for the first, and for the lock as well.
  it.runIf(canMountDisks()).each([1, 2, 3, 6])(
    'says that the disk is full with room for %i (needs root)',
    async (room) => {
      const path = join(smallDisk(`size=1m,nr_inodes=${room}`), 'hub');
      await expect(openDataFolder(path)).rejects.toMatchObject({
        code: 'disk-full',
        message: expect.stringContaining(path) as string,
      });
    },
  );

  it('belongs to one hub by whatever name it is reached', async () => {
    const path = await temporary();
    const first = await openDataFolder(path);
    onTestFinished(first.release);
    const link = `${path}-link`;
    await symlink(path, link);
    onTestFinished(() => rm(link));
    await expect(openDataFolder(link)).rejects.toMatchObject({ code: 'data-dir-in-use' });
  });

  it('has as long a path as it likes', async () => {
    const path = join(await temporary(), 'x'.repeat(120), 'y'.repeat(120));
    const first = await openDataFolder(path);
    await expect(openDataFolder(path)).rejects.toMatchObject({ code: 'data-dir-in-use' });
    await first.release();
  });

  it('gathers nothing by being taken again and again', async () => {
    const path = await temporary();
    for (let time = 0; time < 4; time += 1) await (await openDataFolder(path)).release();
    expect((await readdir(path)).filter((name) => name.includes('hub')).length).toBeLessThanOrEqual(1);
  });

  it('goes to one of many that come at once, and to the next when that has gone', async () => {
    const path = await temporary();
    for (let round = 0; round < 5; round += 1) {
      const tries = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(path)));
      const taken = tries.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
      expect(taken).toHaveLength(1);
      await taken[0]?.();
    }
  });
});

describe.runIf(process.platform === 'linux')('the lock of a data folder', () => {
  it('cannot be held by a stranger who knows its name', async () => {
    const path = await temporary();
    const id = createHash('sha256').update(path).digest('hex').slice(0, 24);
    const squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(`\0meshdeck-hub-${id}`, resolve));
    onTestFinished(() => void squatter.close());
    const folder = await openDataFolder(path);
    await folder.release();
  });

  it('goes over when its holder was killed, at once and to one alone', async () => {
    const path = await temporary();
    const script = `require('net').createServer().listen(process.argv[1], () => process.stdout.write('x'))`;
    const holder = spawn(process.execPath, ['-e', script, join(path, 'hub.lock.1')]);
    onTestFinished(() => void holder.kill('SIGKILL'));
    await once(holder.stdout, 'data');
    await expect(lockFolder(path)).rejects.toMatchObject({ code: 'data-dir-in-use' });
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    const tries = await Promise.allSettled(Array.from({ length: 6 }, () => lockFolder(path)));
    const taken = tries.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
    expect(taken).toHaveLength(1);
    await taken[0]?.();
  });

  const times = { everyMs: 20, watchMs: 300, oldMs: 1000 };
  const record = (beat: number) =>
    JSON.stringify({ boot: 'another system', host: 'elsewhere', nonce: 'n', beat }).padEnd(512);

  it('belongs to a hub on another computer for as long as its record there changes', async () => {
    const path = await temporary();
    let beat = 0;
    const write = () => writeFile(join(path, 'hub.running'), record((beat += 1)));
    await write();
    const beating = setInterval(() => void write(), 20);
    onTestFinished(() => clearInterval(beating));
    await expect(lockFolder(path, times)).rejects.toThrow('A running hub on elsewhere already uses');
    clearInterval(beating);
    const release = await lockFolder(path, times);
    await release();
  });

  it('is not waited for where that record is old', async () => {
    const path = await temporary();
    await writeFile(join(path, 'hub.running'), record(1));
    await utimes(join(path, 'hub.running'), 1, 1);
    const began = performance.now();
    const release = await lockFolder(path, { ...times, watchMs: 60_000 });
    expect(performance.now() - began).toBeLessThan(30_000);
    await release();
  });

  it('takes a torn record for none', async () => {
    const path = await temporary();
    await writeFile(join(path, 'hub.running'), '{"boot":"x');
    const release = await lockFolder(path, times);
    await release();
  });
});
