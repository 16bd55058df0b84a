import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readlinkSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { lockFolder } from './folder-lock.js';

const times = { everyMs: 20, watchMs: 300, oldMs: 1000 };

async function temporary(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'meshdeck-beat-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

describe.runIf(process.platform === 'linux')('a hub of the same system', () => {
  const boot = () => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  const record = (change: object) =>
    JSON.stringify({ boot: boot(), host: 'here', nonce: 'n', beat: 1, ...change }).padEnd(512);

  it('is seen by its process where the folder takes no sockets, and is not waited for once killed', async () => {
    const dir = await temporary();
    const holder = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    onTestFinished(() => void holder.kill('SIGKILL'));
    await once(holder, 'spawn');
    const stat = readFileSync(`/proc/${holder.pid}/stat`, 'utf8');
    const began = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    const pids = readlinkSync('/proc/self/ns/pid');
    await writeFile(join(dir, 'hub.running'), record({ pid: holder.pid, began, pids }));
    await expect(lockFolder(dir, times)).rejects.toMatchObject({ code: 'data-dir-in-use' });
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    const from = performance.now();
    const release = await lockFolder(dir);
    expect(performance.now() - from).toBeLessThan(1_000);
    await release();
  });

  it('that was killed is not waited for either while its parent has not asked for it', async () => {
    const dir = await temporary();
    // The shell's place is taken by a program that asks for no child of its.
    const parent = spawn('sh', ['-c', 'sh -c "sleep 0.1" & echo $!; exec sleep 30']);
    onTestFinished(() => void parent.kill('SIGKILL'));
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    const stat = () => {
      const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
      return text.slice(text.lastIndexOf(')') + 2).split(' ');
    };
    await vi.waitFor(() => expect(stat()[0]).toBe('Z'), { timeout: 5_000 });
    const pids = readlinkSync('/proc/self/ns/pid');
    await writeFile(join(dir, 'hub.running'), record({ pid, began: stat()[19], pids }));
    const release = await lockFolder(dir, times);
    await release();
  });

  it('is seen by its record where it reaches the folder by another way, as by a share of this computer', async () => {
    const dir = await temporary();
    let beat = 0;
    const there = { pids: 'pid:[1]', pid: 1, began: '1', folder: '1:1' };
    const write = () => writeFile(join(dir, 'hub.running'), record({ ...there, beat: (beat += 1) }));
    await write();
    const beating = setInterval(() => void write(), 20);
    onTestFinished(() => clearInterval(beating));
    await expect(lockFolder(dir, times)).rejects.toMatchObject({ code: 'data-dir-in-use' });
    clearInterval(beating);
    await (
      await lockFolder(dir, times)
    )();
  });

  it('that was killed in another container with the same folder is not waited for', async () => {
    const dir = await temporary();
    const first = await lockFolder(dir);
    const own = JSON.parse(readFileSync(join(dir, 'hub.running'), 'utf8')) as object;
    await first();
    await writeFile(join(dir, 'hub.running'), record({ ...own, nonce: 'n', pids: 'pid:[1]', pid: 1 }));
    const from = performance.now();
    const release = await lockFolder(dir);
    expect(performance.now() - from).toBeLessThan(1_000);
    await release();
  });
});
