import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { readStat } from '../runners/process/proc.js';
import { temporaryFolder } from '../testing/test-agent.js';
import { lockFolder, lockHolder } from './folder-lock.js';

/** A process that ended and whose parent never asks how. */
async function zombie(): Promise<number> {
  const parent = spawn('sh', ['-c', 'sleep 0.2 & echo $!; exec sleep 60'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => void parent.kill('SIGKILL'));
  const [chunk] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(chunk.toString());
  await vi.waitFor(() => expect(readStat(pid)?.state).toBe('Z'));
  return pid;
}

it.runIf(process.platform === 'linux')(
  'takes a lock over whose process ended without being asked how',
  async () => {
    const folder = await temporaryFolder();
    const pid = await zombie();
    await writeFile(join(folder, 'lock.json'), JSON.stringify({ pid, started: readStat(pid)?.started }));
    expect(await lockHolder(folder)).toBeUndefined();
    await (
      await lockFolder(folder)
    )();
  },
);

it('leaves a lock to a process that runs', async () => {
  const folder = await temporaryFolder();
  const other = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'], { stdio: 'ignore' });
  onTestFinished(() => void other.kill('SIGKILL'));
  const started = readStat(other.pid ?? 0)?.started ?? null;
  await writeFile(join(folder, 'lock.json'), JSON.stringify({ pid: other.pid, started }));
  expect(await lockHolder(folder)).toBe(other.pid);
  await expect(lockFolder(folder)).rejects.toMatchObject({ code: 'data-dir-in-use' });
});
