import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { findOnPath } from '../inventory/find-on-path.js';
import { listPids, userOf } from '../runners/process/proc.js';
import { runProcess } from '../runners/process/run-process.js';
import { openDataFolder } from '../storage/data-folder.js';
import { temporaryFolder } from '../testing/test-agent.js';
import { createJobUsers } from './job-users.js';
import { openSandbox } from './open-sandbox.js';
import { openUserMarks } from './user-marks.js';

/** Root without bubblewrap: jobs have a user of their own and no namespaces. */
const basic = it.skipIf(process.platform !== 'linux' || process.getuid?.() !== 0);
const logger = pino({ level: 'silent' });

async function basicSandbox() {
  const tools = await temporaryFolder();
  await chmod(tools, 0o755);
  for (const name of ['setpriv', 'prlimit', 'id', 'sh']) {
    const real = await findOnPath(name);
    if (real !== null) await symlink(real, join(tools, name));
  }
  const data = await openDataFolder(await temporaryFolder());
  onTestFinished(data.release);
  const programs = () => Promise.resolve([process.execPath]);
  const sandbox = await openSandbox({ data, slots: 2, programs, env: { PATH: tools }, logger });
  return { data, sandbox };
}

const token = `meshdeck-left-${process.pid}`;
const shared = ['/tmp', '/var/tmp', '/dev/shm'].filter((path) => existsSync(path));
const left = () => shared.map((path) => join(path, token)).filter((path) => existsSync(path));

/** Starts a daemon that nothing of the job's is to be seen on, and leaves files where everybody may. */
const leaves = `
umask 022
for place in ${shared.join(' ')}; do mkdir $place/${token}; echo x > $place/${token}/file; chmod 0 $place/${token}; done
(setsid env -i /bin/sh -c 'trap "" TERM HUP; (while :; do /bin/sleep 0.05; done; echo ${token}) & exit 0' >/dev/null 2>&1 &)
/bin/sleep 0.3
ipcmk -M 4096 >/dev/null || true
`;

basic('ends the daemons of a job, and removes what it left in shared folders, by its own user', async () => {
  const { data, sandbox } = await basicSandbox();
  expect(sandbox.tools.bubblewrap).toBeNull();
  const user = sandbox.takeUser();
  expect(user).not.toBeNull();
  const folder = join(data.attempts, 'one');
  await mkdir(folder);
  await sandbox.give(user, folder);
  const end = await runProcess({
    attemptId: 'one-0-1',
    command: '/bin/sh',
    args: ['-c', leaves],
    workFolder: folder,
    env: { PATH: '/usr/bin:/bin', MESHDECK_ATTEMPT: 'one-0-1' },
    sandbox,
    user,
    network: 'none',
    gpu: false,
    reads: [],
    writes: [folder],
    temporary: folder,
    disk: { folders: [folder], before: { bytes: 0, entries: 0 } },
    limits: { memoryBytes: 256 * 1024 ** 2, outputBytes: 1024 ** 2 },
    deadlineMs: Date.now() + 20_000,
    signal: new AbortController().signal,
    onLine: () => undefined,
    onDropped: () => undefined,
  });
  expect(end).toMatchObject({ code: 0, tail: '' });
  expect(listPids().filter((pid) => userOf(pid) === user?.uid)).toEqual([]);
  expect(left()).toEqual([]);
  const segments = await readFile('/proc/sysvipc/shm', 'utf8');
  expect(segments).not.toMatch(new RegExp(`\\s${user?.uid}\\s`));
});

basic('ends and clears at its start what the jobs of an agent left that was killed', async () => {
  const setpriv = (await findOnPath('setpriv')) ?? '';
  const user = createJobUsers().take();
  const folder = await temporaryFolder();
  const marks = await openUserMarks({ folder, setpriv });
  await marks.begin(user);
  const as = ['--reuid', `${user.uid}`, '--regid', `${user.gid}`, '--clear-groups', '--'];
  spawn(setpriv, [...as, 'sleep', '600'], { stdio: 'ignore', detached: true }).unref();
  expect(spawnSync(setpriv, [...as, 'sh', '-c', `echo x > /tmp/${token}-killed`]).status).toBe(0);
  await expect.poll(() => listPids().filter((pid) => userOf(pid) === user.uid)).toHaveLength(1);
  await openUserMarks({ folder, setpriv });
  expect(listPids().filter((pid) => userOf(pid) === user.uid)).toEqual([]);
  expect(existsSync(`/tmp/${token}-killed`)).toBe(false);
});

basic('gives no job a user that somebody has just now', async () => {
  const setpriv = (await findOnPath('setpriv')) ?? '';
  const users = createJobUsers();
  const one = users.take();
  const next = { uid: one.uid === 65_519 ? 61_184 : one.uid + 1 };
  const as = ['--reuid', `${next.uid}`, '--regid', `${next.uid}`, '--clear-groups', '--'];
  const other = spawn(setpriv, [...as, 'sleep', '600'], { stdio: 'ignore' });
  onTestFinished(() => void other.kill('SIGKILL'));
  await expect.poll(() => listPids().filter((pid) => userOf(pid) === next.uid)).toHaveLength(1);
  expect(users.take().uid).not.toBe(next.uid);
});

it('does not take a mark for a user that is no job’s', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, '1000-1000'), '');
  await openUserMarks({ folder, setpriv: '/nowhere/setpriv' });
  expect(existsSync(join(folder, '1000-1000'))).toBe(false);
});
