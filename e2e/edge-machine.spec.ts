import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { NodeView } from '@meshdeck/shared';
import { mountSmallDisk } from '@meshdeck/testing/disks';
import { freePortFlags, runCli, startHub, until } from '@meshdeck/testing/mesh';
import { createLab, type Lab } from '@meshdeck/testing/network';
import { canMakeNamespaces, onPath } from '@meshdeck/testing/programs';
import { expect, test } from './support/fixtures.js';

test.skip(!canMakeNamespaces(), 'needs network namespaces: root on Linux, apt-get install iproute2');
test.skip(onPath('bwrap') === null, 'needs bubblewrap: apt-get install bubblewrap');
test.skip(onPath('curl') === null, 'needs curl: apt-get install curl');

interface Ended {
  code: number;
  output: string;
}

/** A machine with a root of its own: the system's programs to read, and empty places where software is installed. */
async function bareMachine(before: string[]) {
  const root = await mkdtemp(join(tmpdir(), 'meshdeck-root-'));
  for (const name of ['opt', 'root', 'run', 'tmp', 'usr/local/bin', 'var/lib', 'etc'])
    await mkdir(join(root, name), { recursive: true });
  for (const name of ['passwd', 'group']) await cp(join('/etc', name), join(root, 'etc', name));
  // Where this test's Node.js lies, whatever installed it.
  await writeFile(join(root, 'usr/local/bin/node'), '');
  const writable = ['opt', 'root', 'run', 'tmp', 'usr/local', 'var', 'etc'];
  const walls = [
    ...['--ro-bind', '/usr', '/usr'],
    ...['bin', 'sbin', 'lib', 'lib64'].flatMap((name) => ['--symlink', `usr/${name}`, `/${name}`]),
    ...writable.flatMap((name) => ['--bind', join(root, name), `/${name}`]),
    ...['--ro-bind', process.execPath, '/usr/local/bin/node'],
    ...['--proc', '/proc', '--dev', '/dev', '--clearenv', '--setenv', 'PATH', '/usr/local/bin:/usr/bin:/bin'],
  ];
  const [command = '', ...rest] = [...before, 'bwrap', ...walls];
  const on = (line: string, more: string[] = []) =>
    new Promise<Ended>((resolve) => {
      execFile(
        command,
        [...rest, ...more, 'sh', '-c', line],
        { timeout: 180_000 },
        (error, stdout, stderr) => {
          const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 255;
          resolve({ code, output: `${stdout}${stderr}` });
        },
      );
    });
  return {
    root,
    on,
    files: () =>
      (readdirSync(root, { recursive: true }) as string[]).filter((name) => !/^tmp\/./.test(name)).sort(),
    /** As when the power goes: the agent ends without a word. */
    cutPower() {
      const { pid } = JSON.parse(readFileSync(join(root, 'var/lib/meshdeck-node/lock.json'), 'utf8')) as {
        pid: number;
      };
      process.kill(pid, 'SIGKILL');
      return until(
        async () => existsSync(`/proc/${pid}`),
        (there) => !there,
        { what: 'the agent to end' },
      );
    },
  };
}

test('a bare machine without internet: the line, a reboot, the line again, an update, and nothing left', async ({
  folder,
}) => {
  test.setTimeout(300_000);
  const lab: Lab = createLab(['hub', 'machine']);
  const dataDir = join(folder, 'hub');
  const flags = [...freePortFlags, '--no-mdns', '--lan-host', '10.77.0.1'];
  const hub = await startHub({ dataDir, flags, before: lab.on('hub') });
  const cli = async (...args: string[]) =>
    (await runCli([...args, '--data', dataDir], { env: hub.env, before: lab.on('hub') })).stdout;
  const machine = await bareMachine(lab.on('machine'));
  const listed = async () => JSON.parse(await cli('nodes', 'list', '--json')) as NodeView[];
  const isActive = (nodes: NodeView[]) => nodes.length === 1 && nodes[0]?.presence === 'active';
  try {
    const fresh = machine.files();
    const line = (await cli('nodes', 'add')).split('\n')[0] ?? '';
    const installed = await machine.on(
      line.replace(/sh$/, 'sh -s -- --no-mdns --name edge-1 --label room=lab2'),
    );
    expect(installed, installed.output).toMatchObject({ code: 0 });
    expect(installed.output).toMatch(/It runs \(process \d+\)[\s\S]*this machine has joined/);
    const [first] = await until(listed, isActive, { what: 'the machine to be active' });
    expect(first).toMatchObject({ name: 'edge-1' });
    expect((await machine.on('meshdeck-node status')).output).toContain('joined     yes');

    await machine.cutPower();
    expect(await machine.on('meshdeck-node status')).toMatchObject({ code: 1 });
    const [reboot = ''] = /(?<=After a reboot start it with: )\S+/.exec(installed.output) ?? [];
    await machine.on(`nohup ${reboot} >/tmp/words 2>&1 </dev/null &`);
    const connected = async () => (await machine.on('meshdeck-node status --json')).output;
    await until(connected, (text) => text.includes('"connected":true'), { what: 'it to be back' });

    // Its one use is gone; on the machine it let in it still does its work.
    const again = await machine.on(line);
    expect(again, again.output).toMatchObject({ code: 0 });
    expect(again.output).toContain('has done its work here before');
    expect(again.output).toContain('It was started anew, and runs');
    const update = await machine.on('meshdeck-node update');
    expect([update.code, update.output]).toEqual([0, expect.stringContaining('It is up to date')]);
    const forced = await machine.on('meshdeck-node update --force');
    expect([forced.code, forced.output]).toEqual([0, expect.stringContaining('and it runs')]);
    const [last] = await until(listed, isActive, { what: 'the machine to be active again' });
    expect(last).toMatchObject({ id: first?.id, name: 'edge-1', labels: { room: 'lab2' } });

    const gone = await machine.on('meshdeck-node uninstall --yes');
    expect(gone, gone.output).toMatchObject({ code: 0 });
    for (const path of ['/opt/meshdeck-node', '/var/lib/meshdeck-node', '/usr/local/bin/meshdeck-node'])
      expect(gone.output).toContain(`removed  ${path}`);
    expect(machine.files()).toEqual(fresh);
    expect(await machine.on('meshdeck-node')).toMatchObject({ code: 127 });
  } finally {
    if (existsSync(join(machine.root, 'var/lib/meshdeck-node/lock.json'))) await machine.cutPower();
    await rm(machine.root, { recursive: true, force: true });
    await hub.stop();
    lab.remove();
  }
});

test('a disk with no room, and a line cut short: said, and the next line mends it', async ({
  folder,
  cli,
}) => {
  test.setTimeout(180_000);
  const machine = await bareMachine([]);
  const disk = mountSmallDisk('size=6m', join(folder, 'small'));
  try {
    const line = (await cli('nodes', 'add')).stdout.split('\n')[0] ?? '';
    const fresh = machine.files();
    const full = await machine.on(line, ['--bind', disk.path, '/opt']);
    expect([full.code, full.output]).toEqual([
      1,
      expect.stringContaining('could not be unpacked to /opt/meshdeck-node'),
    ]);
    expect(full.output).toContain('Make room if the disk is full');
    expect(machine.files()).toEqual(fresh);

    // As left by a line that was killed while it unpacked.
    const half = join(machine.root, 'opt/meshdeck-node/9.9.9-0123456789ab.new');
    await mkdir(half, { recursive: true });
    await writeFile(join(half, 'cli.js'), 'half');
    await writeFile(join(dirname(half), 'installing'), '/opt/meshdeck-node\n');
    const mended = await machine.on(line.replace(/sh$/, 'sh -s -- --no-mdns'));
    expect(mended, mended.output).toMatchObject({ code: 0 });
    expect(existsSync(half)).toBe(false);
    expect((await machine.on('meshdeck-node uninstall --yes')).code).toBe(0);
    expect(machine.files()).toEqual(fresh);
  } finally {
    if (existsSync(join(machine.root, 'var/lib/meshdeck-node/lock.json'))) await machine.cutPower();
    disk.remove();
    await rm(machine.root, { recursive: true, force: true });
  }
});
