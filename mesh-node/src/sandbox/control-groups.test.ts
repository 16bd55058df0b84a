import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, existsSync } from 'node:fs';
import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../testing/test-agent.js';
import { openControlGroups } from './control-groups.js';

/** The shape of a delegated group, as files: what is written where, without a kernel behind it. */
async function files(options: { controllers?: string; procs?: string } = {}) {
  const root = await temporaryFolder();
  const own = join(root, 'own');
  await mkdir(own);
  await writeFile(join(root, 'cgroup.controllers'), options.controllers ?? 'cpu memory pids');
  await writeFile(join(own, 'cgroup.procs'), options.procs ?? `${process.pid}\n`);
  await writeFile(join(own, 'cgroup.subtree_control'), '');
  return { root, own };
}

it('gives each job a group with its limits, and moves the agent into a leaf', async () => {
  const { root, own } = await files();
  const groups = await openControlGroups({ root, own: '/own' });
  expect(await readFile(join(own, 'cgroup.subtree_control'), 'utf8')).toBe('+memory +pids');
  expect(await readFile(join(own, 'agent', 'cgroup.procs'), 'utf8')).toBe(String(process.pid));
  const group = await groups.make('a', { memoryBytes: 1_000_000, processes: 64 });
  const written = (name: string) => readFile(join(own, 'job-a', name), 'utf8');
  expect(await written('memory.max')).toBe('1000000');
  expect(await written('memory.swap.max')).toBe('0');
  expect(await written('pids.max')).toBe('64');
  expect(group.enter.at(-1)).toBe(join(own, 'job-a', 'cgroup.procs'));
  expect(await group.outOfMemory()).toBe(false);
  await writeFile(join(own, 'job-a', 'memory.events'), 'low 0\nhigh 0\nmax 9\noom 1\noom_kill 2\n');
  expect(await group.outOfMemory()).toBe(true);
});

it('has no groups where the kernel has no limits to give, and says so', async () => {
  const { root } = await files({ controllers: 'hugetlb' });
  await expect(openControlGroups({ root, own: '/own' })).rejects.toThrow('no control groups v2');
});

it('leaves a group alone that the agent shares with other programs', async () => {
  const { root, own } = await files({ procs: `${process.pid}\n1\n` });
  await expect(openControlGroups({ root, own: '/own' })).rejects.toThrow('shares its control group');
  expect(existsSync(join(own, 'agent'))).toBe(false);
});

/** A real hierarchy to try moving and killing in; memory and process limits may be elsewhere on this kernel. */
const mounted = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified'].find((path) => {
  try {
    accessSync(join(path, 'cgroup.procs'), constants.W_OK);
    return existsSync(join(path, 'cgroup.controllers'));
  } catch {
    return false;
  }
});

it.skipIf(mounted === undefined)(
  'enters a real group with the fixed shell line, and dies with it',
  async () => {
    const { root } = await files();
    const groups = await openControlGroups({ root, own: '/own' });
    const made = await groups.make('b', { memoryBytes: 1, processes: 1 });
    const folder = join(mounted ?? '', `meshdeck-test-${process.pid}`);
    await mkdir(folder);
    onTestFinished(() => rmdir(folder).catch(() => undefined));
    const [shell = '', ...line] = [...made.enter.slice(0, -1), join(folder, 'cgroup.procs'), 'sleep', '600'];
    const child = spawn(shell, line, { stdio: 'ignore' });
    const ended = once(child, 'exit');
    await expect
      .poll(() => readFile(join(folder, 'cgroup.procs'), 'utf8'), { timeout: 60_000 })
      .toBe(`${child.pid}\n`);
    await expect.poll(() => spawnSync('cat', [`/proc/${child.pid}/comm`]).stdout.toString()).toBe('sleep\n');
    await writeFile(join(folder, 'cgroup.kill'), '1');
    expect(await ended).toEqual([null, 'SIGKILL']);
  },
);
