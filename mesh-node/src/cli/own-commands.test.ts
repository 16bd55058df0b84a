import { execFile } from 'node:child_process';
import { lstat, mkdir, readFile, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { meshdeckVersion } from '@meshdeck/shared';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { lockHolder } from '../storage/folder-lock.js';
import { agentArchive, installedAgent } from '../testing/installed-agent.js';
import { installTestAgent } from '../testing/node-process.js';
import { testHub } from '../testing/test-agent.js';
import type { AgentStatus } from './status-command.js';

let program = '';
let remove: () => Promise<void> = () => Promise.resolve();
beforeAll(async () => {
  ({ program, remove } = await installTestAgent());
});
afterAll(() => remove());

const isWindows = process.platform === 'win32';
const patient = { timeout: 120_000 };

/** A machine that a hub's line has just made part of the mesh. */
async function joinedMachine(options: Parameters<typeof testHub>[0] = {}, flags: readonly string[] = []) {
  const hub = await testHub(options);
  const machine = await installedAgent(program);
  const install = (...more: string[]) =>
    machine.run(['install', '--data', machine.data, '--no-mdns', ...more], { MESHDECK_JOIN: hub.token() });
  const first = await install(...flags);
  const status = async () => JSON.parse((await machine.type('status', '--json')).stdout) as AgentStatus;
  return { ...machine, hub, install, first, status };
}

it.skipIf(isWindows)(
  'is installed, keeps its name and labels when the line comes again, and goes without a trace',
  patient,
  async () => {
    const machine = await joinedMachine({}, ['--name', 'bench 3', '--label', 'room=lab2']);
    expect(machine.first, machine.first.stderr).toMatchObject({ code: 0 });
    expect(machine.first.stderr).toMatch(/It runs \(process \d+\)[\s\S]*this machine has joined Fake hub/);
    expect(machine.first.stderr).toContain('From now on: meshdeck-node status');
    const before = await machine.status();
    expect(before).toMatchObject({ running: true, membership: 'joined', connected: true, name: 'bench 3' });
    expect(before).toMatchObject({ hub: { name: 'Fake hub' }, version: meshdeckVersion, trouble: null });
    expect(before.service).toContain(`none: started by ${join(machine.prefix, 'bin/meshdeck-node')}`);
    const told = await machine.type('status');
    expect([told.code, told.stdout]).toEqual([0, expect.stringContaining('joined     yes')]);
    const identity = await readFile(join(machine.data, 'identity.json'), 'utf8');

    const again = await machine.install();
    expect(again, again.stderr).toMatchObject({ code: 0 });
    expect(again.stderr).toContain(`(process ${before.pid}) is started anew`);
    const after = await machine.status();
    expect(after.pid).not.toBe(before.pid);
    expect(machine.hub.hellos.at(-1)).toMatchObject({ name: 'bench 3', labels: { room: 'lab2' } });
    expect(await readFile(join(machine.data, 'identity.json'), 'utf8')).toBe(identity);

    const unasked = await machine.type('uninstall');
    expect([unasked.code, unasked.stderr]).toEqual([1, expect.stringContaining('--yes')]);
    expect((await machine.status()).running).toBe(true);
    const gone = await machine.type('uninstall', '--yes');
    expect(gone, gone.stderr).toMatchObject({ code: 0 });
    for (const what of [machine.prefix, machine.data, machine.command, `process ${after.pid}`])
      expect(gone.stdout).toContain(`removed  ${what}`.replace('removed  process', 'removed  the process'));
    expect(gone.stderr).toContain('meshdeck nodes remove bench 3');
    expect((await readdir(machine.home)).sort()).toEqual(['bin']);
    expect((await readdir(join(machine.home, 'bin'))).sort()).toEqual(['launchctl', 'loginctl', 'systemctl']);
  },
);

it.skipIf(isWindows)('goes on to its own end when its reader leaves', patient, async () => {
  const machine = await installedAgent(program);
  const shell = `{ "${process.execPath}" "${program}" status --data "${machine.data}"; echo $? >&2; } | true`;
  const { stderr } = await promisify(execFile)('sh', ['-c', shell]);
  // Nothing runs there.
  expect(stderr.trim().split('\n').at(-1)).toBe('1');
  expect(stderr).not.toContain('EPIPE');
});

it.skipIf(isWindows)('says a code while it waits, and that nothing runs', patient, async () => {
  const hub = await testHub({ approveByHand: true });
  const machine = await installedAgent(program);
  const installed = await machine.run(['install', '--data', machine.data, '--no-mdns', '--hub', hub.url]);
  expect(installed, installed.stderr).toMatchObject({ code: 0 });
  const { stdout } = await machine.type('status', '--json');
  const status = JSON.parse(stdout) as AgentStatus;
  expect(status).toMatchObject({ membership: 'pending', code: expect.stringMatching(/^\d{6}$/) as string });
  expect(installed.stderr).toContain(`with the code ${status.code}`);
  process.kill(status.pid ?? 0, 'SIGKILL');
  await expect.poll(async () => (await machine.type('status')).code).toBe(1);
  expect((await machine.type('update')).stderr).toContain('belongs to no hub yet');
  expect((await machine.type('uninstall', '--yes')).code).toBe(0);
});

it.skipIf(isWindows)(
  'keeps the data where it is asked to, and files that are not its own',
  patient,
  async () => {
    const machine = await joinedMachine();
    await writeFile(join(machine.data, 'thesis.txt'), 'mine');
    await writeFile(join(machine.prefix, 'notes.txt'), 'mine');
    const kept = await machine.type('uninstall', '--yes', '--keep-data');
    expect(kept).toMatchObject({ code: 1 });
    expect(kept.stdout).toContain(`left     ${machine.data}: --keep-data`);
    expect(kept.stdout).toContain(`left     ${machine.prefix}: it holds what is not Meshdeck's: notes.txt`);
    expect(await readdir(machine.prefix)).toEqual(['notes.txt']);
    expect(await readdir(machine.data)).toContain('identity.json');
    // A program that no line installed removes what is left, and then finds nothing.
    const args = ['uninstall', '--yes', '--data', machine.data];
    const other = await installedAgent(program);
    await rm(other.prefix, { recursive: true });
    const fromCheckout = async () => {
      const { execFile } = await import('node:child_process');
      return new Promise<{ stdout: string; stderr: string }>((resolve) =>
        execFile(process.execPath, [program, ...args], (_error, stdout, stderr) =>
          resolve({ stdout, stderr }),
        ),
      );
    };
    expect((await fromCheckout()).stdout).toContain("it holds what is not Meshdeck's: thesis.txt");
    expect(await readdir(machine.data)).toEqual(['thesis.txt']);
    expect((await fromCheckout()).stderr).toContain('Nothing of Meshdeck is here');
  },
);

it.skipIf(isWindows)('does not end jobs unasked', patient, async () => {
  const machine = await joinedMachine();
  await mkdir(join(machine.data, 'attempts/one-1-1'), { recursive: true });
  const refused = await machine.type('uninstall');
  expect(refused).toMatchObject({ code: 1 });
  expect(refused.stderr).toContain('1 job is at work here. To let them end first');
  expect((await machine.status()).running).toBe(true);
  expect((await machine.type('uninstall', '--yes')).code).toBe(0);
});

it.skipIf(isWindows)(
  'updates from its hub, and goes back where the new one does not come up',
  patient,
  async () => {
    let offered: { version: string; sha256: string; archive: Buffer } | undefined;
    const machine = await joinedMachine({
      agentPackage: () => offered ?? { version: meshdeckVersion, ...next },
    });
    const next = await agentArchive(program, { 'news.txt': 'new' });
    const current = async () => basename(await realpath(join(machine.prefix, 'current')));
    const first = await current();

    offered = { version: '0.0.1', sha256: next.sha256, archive: next.archive };
    const older = await machine.type('update');
    expect([older.code, older.stderr]).toEqual([0, expect.stringContaining('older than the one here')]);
    expect(await current()).toBe(first);

    offered = {
      version: meshdeckVersion,
      sha256: next.sha256,
      archive: Buffer.from(next.archive).fill(0, 100, 200),
    };
    const damaged = await machine.type('update');
    expect([damaged.code, damaged.stderr]).toEqual([1, expect.stringContaining('is not what the hub has')]);

    const dumb = await agentArchive(program, { 'cli.js': 'process.exit(3)\n' });
    offered = { version: meshdeckVersion, ...dumb };
    const refused = await machine.type('update');
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('does not start here')]);
    expect(await current()).toBe(first);
    const { pid } = await machine.status();

    const mute = `if (process.argv.includes('--version')) console.log('${meshdeckVersion}'); else process.exit(1);\n`;
    offered = { version: meshdeckVersion, ...(await agentArchive(program, { 'cli.js': mute })) };
    const back = await machine.type('update', '--within', '5');
    expect([back.code, back.stderr]).toEqual([1, expect.stringContaining('the one of before is put back')]);
    expect(await current()).toBe(first);
    expect(await machine.status()).toMatchObject({ running: true });
    expect((await machine.status()).pid).not.toBe(pid);

    offered = { version: meshdeckVersion, ...next };
    const updated = await machine.type('update');
    expect([updated.code, updated.stderr]).toEqual([0, expect.stringContaining('and it runs')]);
    expect(await current()).toBe(`${meshdeckVersion}-${next.sha256.slice(0, 12)}`);
    expect((await readdir(machine.prefix)).sort()).toEqual(
      ['bin', 'current', 'installed.json', await current()].sort(),
    );
    expect((await machine.type('update')).stderr).toContain('It is up to date');
    await machine.hub.stop();
    const alone = await machine.type('update');
    expect([alone.code, alone.stderr]).toEqual([1, expect.stringContaining('No hub answers at')]);
    expect((await machine.type('uninstall', '--yes')).code).toBe(0);
  },
);

it.skipIf(isWindows)('says that a hub of before hands out no updates', patient, async () => {
  const machine = await joinedMachine();
  const refused = await machine.type('update');
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('hands out no updates')]);
});

it.skipIf(isWindows)('refuses folders that are none of its own, in a sentence', patient, async () => {
  const machine = await installedAgent(program);
  const install = (data: string) => machine.run(['install', '--no-mdns', '--data', data]);
  const file = join(machine.home, 'file');
  await writeFile(file, 'x');
  for (const data of [file, join(file, 'below')])
    expect((await install(data)).stderr).toContain('a file is where a folder belongs');
  const photos = join(machine.home, 'photos');
  await mkdir(photos);
  await writeFile(join(photos, 'a.jpg'), 'x');
  expect((await install(photos)).stderr).toContain('holds other files (a.jpg) and nothing of an agent');
  expect(await readdir(photos)).toEqual(['a.jpg']);
  expect((await lstat(file)).isFile()).toBe(true);
  expect((await machine.run(['uninstall', '--yes', '--data', file])).stderr).toContain(file);
  expect(await lockHolder(machine.data)).toBeUndefined();
});

it('says what each command does, and refuses words it does not know with 2', patient, async () => {
  const machine = await installedAgent(program);
  for (const name of ['status', 'update', 'uninstall', 'install']) {
    const help = await machine.run([name, '--help']);
    expect([help.code, help.stdout]).toEqual([0, expect.stringContaining(`meshdeck-node ${name}`)]);
    expect((await machine.run([name, '--warp'])).code).toBe(2);
  }
  expect((await machine.run(['--help'])).stdout).toContain('uninstall   stop it');
  expect((await machine.run(['update', '--within', 'soon'])).code).toBe(2);
});
