import { spawnSync } from 'node:child_process';
import { chmod, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { release } from 'node:os';
import { join } from 'node:path';
import { meshdeckVersion, type Protection, type ProtectionLine } from '@meshdeck/shared';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { findOnPath } from '../inventory/find-on-path.js';
import { openDataFolder } from '../storage/data-folder.js';
import { temporaryFolder } from '../testing/test-agent.js';
import { measureProtection } from './measure-protection.js';
import { openSandbox } from './open-sandbox.js';
import { createDoors } from './doors.js';
import { createSandbox } from './sandbox.js';
import { findTools } from './tools.js';

const linux = process.platform === 'linux';
const asRoot = process.getuid?.() === 0;
const shutIn = linux && spawnSync('bwrap', ['--unshare-all', '--ro-bind', '/', '/', 'true']).status === 0;
const logger = pino({ level: process.env['MESHDECK_TEST_LOG'] ?? 'silent' });

const states = (protection: Protection) =>
  Object.fromEntries(
    protection.lines.map(({ stage, subject, state }: ProtectionLine) => [`${stage} ${subject}`, state]),
  );

/** A search path with these tools and no other; `bwrap` may be replaced by a program that fails as on a locked-down system. */
async function searchPath(names: string[], brokenBubblewrap = false): Promise<{ PATH: string }> {
  const folder = await temporaryFolder();
  await chmod(folder, 0o755);
  for (const name of names) {
    const real = await findOnPath(name);
    if (real !== null) await symlink(real, join(folder, name));
  }
  if (brokenBubblewrap) {
    const said = 'bwrap: No permissions to create new namespace, likely because the kernel does not allow it';
    await writeFile(join(folder, 'bwrap'), `#!/bin/sh\necho '${said}' >&2\nexit 1\n`, { mode: 0o755 });
  }
  return { PATH: folder };
}

async function measured(options: { env?: { PATH: string }; programs?: string[] } = {}) {
  const data = await openDataFolder(await temporaryFolder());
  await writeFile(data.identityFile, 'PRIVATE KEY', { mode: 0o600 });
  const sandbox = await openSandbox({
    data,
    slots: 2,
    programs: () => Promise.resolve([process.execPath, ...(options.programs ?? [])]),
    logger,
    ...(options.env === undefined ? {} : { env: options.env }),
  });
  const models = { cache: data.cache, attempts: data.attempts, runner: join(data.path, 'sandbox', 'onnx') };
  await mkdir(models.runner, { recursive: true });
  const protection = await measureProtection({
    sandbox,
    folder: join(data.path, 'sandbox', 'probe'),
    keyFile: data.identityFile,
    models,
    signal: new AbortController().signal,
    logger,
  });
  return { data, sandbox, protection };
}

it.skipIf(!shutIn)(
  'measures strong protection where bubblewrap works, and leaves nothing behind',
  async () => {
    const { data, protection } = await measured();
    expect(protection).toMatchObject({ level: 'strong' });
    expect(new Set(Object.values(states(protection)))).toEqual(new Set(['held']));
    expect(await readdir(join(data.path, 'sandbox'))).not.toContain('probe');
    expect(await readdir(data.path)).not.toContain('probe-was-here');
    expect(
      (await readdir('/tmp')).filter((name) => name.startsWith(`meshdeck-probe-left-${process.pid}`)),
    ).toEqual([]);
    expect(protection.measuredOn).toEqual({ agentVersion: meshdeckVersion, kernel: release() });
  },
);

it.skipIf(!linux || !asRoot)(
  'falls back to users of their own where namespaces are forbidden, and says so',
  async () => {
    const env = await searchPath(['setpriv', 'prlimit', 'id'], true);
    const { protection, sandbox } = await measured({ env });
    expect(sandbox.tools.bubblewrap).toBeNull();
    expect(sandbox.ownUser).toBe(true);
    expect(protection.level).toBe('basic');
    expect(states(protection)).toEqual({
      'script agent-key': 'held',
      'script other-jobs': 'held',
      'script outside-files': 'held',
      'script network': 'not-held',
      'script own-machine': 'not-held',
      'script processes': 'not-held',
      'script process-count': 'held',
      'script memory': 'held',
      'script disk': 'held',
      'script leftovers': 'held',
      'install agent-key': 'held',
      'install other-jobs': 'held',
      'install outside-files': 'held',
      'install network': 'not-held',
      'install processes': 'not-held',
      'install process-count': 'held',
      'install leftovers': 'held',
      // The runner of models stays the agent's own user.
      'model agent-key': 'not-held',
      'model outside-files': 'not-held',
      'model network': 'not-held',
      'model processes': 'not-held',
    });
    expect(protection.notes.join(' ')).toContain('forbids the namespaces');
    expect(protection.notes.join(' ')).toContain('No permissions to create new namespace');
  },
);

it.skipIf(!linux || !asRoot)('says which folder keeps jobs from running as users of their own', async () => {
  const closed = await temporaryFolder();
  const program = join(closed, 'python3');
  await writeFile(program, '', { mode: 0o755 });
  const env = await searchPath(['setpriv', 'prlimit', 'id']);
  const { protection, sandbox } = await measured({ env, programs: [program] });
  expect(sandbox.ownUser).toBe(false);
  expect(protection.level).toBe('none');
  expect(protection.notes.join(' ')).toContain(closed);
});

it.skipIf(!linux)('measures none where the machine has nothing to hold a job with', async () => {
  const { protection } = await measured({ env: await searchPath([]) });
  expect(protection.level).toBe('none');
  expect(states(protection)).toMatchObject({
    'script agent-key': 'not-held',
    'script outside-files': 'not-held',
    'script network': 'not-held',
    'script processes': 'not-held',
    'script process-count': 'not-held',
    'script leftovers': 'not-held',
    'install agent-key': 'not-held',
    'install leftovers': 'not-held',
  });
  expect(protection.notes.join(' ')).toContain('apt install bubblewrap');
});

it.each(['darwin', 'win32'] as const)('offers none and says so on %s', async (platform) => {
  const tools = await findTools({ folder: await temporaryFolder(), platform });
  expect(tools.notes).toEqual([expect.stringContaining('nothing that Meshdeck can shut jobs in with')]);
  const doors = createDoors({ ...tools, folder: await temporaryFolder(), env: {} });
  expect(await doors.missing()).toContain('It takes bubblewrap');
  const sandbox = createSandbox({ tools, users: null, doors });
  const program = { name: 'x', command: 'app', args: ['a b'], workFolder: '/', reads: [], writes: [] };
  const rest = { temporary: '/', network: 'none' as const, gpu: false, user: null };
  const limits = { memoryBytes: 1, fileBytes: 1 };
  expect(await sandbox.launch({ ...program, ...rest, limits })).toMatchObject({
    command: 'app',
    args: ['a b'],
  });
});
