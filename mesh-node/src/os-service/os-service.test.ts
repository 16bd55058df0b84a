import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../testing/test-agent.js';
import { createLaunchd, launchdPlist } from './launchd.js';
import { createScheduledTask, scheduledTask } from './scheduled-task.js';
import type { OsServiceSpec, Surroundings } from './service-manager.js';
import { createSystemd, systemdUnit, unitWord } from './systemd.js';

const run = promisify(execFile);
const spec: OsServiceSpec = {
  node: '/usr/bin/node',
  program: '/opt/meshdeck-node/current/cli.js',
  dataFolder: '/var/lib/meshdeck-node',
};

/** A machine whose programs are written down, not run. */
function machine(change: Partial<Surroundings> & { codes?: Record<string, number> } = {}) {
  const { codes = {}, ...rest } = change;
  const ran: string[] = [];
  const files = new Map<string, string>();
  const around: Surroundings = {
    platform: 'linux',
    isRoot: true,
    userName: 'ada',
    home: '/home/ada',
    env: {},
    run: async (command, args) => {
      const line = [command, ...args].join(' ');
      ran.push(line);
      return {
        code: Object.entries(codes).find(([start]) => line.startsWith(start))?.[1] ?? 0,
        output: 'why',
      };
    },
    exists: (path) => path === '/run/systemd/system' || files.has(path),
    read: async (path) => files.get(path),
    write: async (path, text) => void files.set(path, text),
    remove: async (path) => void files.delete(path),
    ...rest,
  };
  return { around, ran, files };
}

it('starts with the machine where root installs it', async () => {
  const { around, ran, files } = machine();
  const systemd = createSystemd(around);
  expect(await systemd.unusable()).toBeUndefined();
  expect(await systemd.install(spec)).toBeUndefined();
  const file = '/etc/systemd/system/meshdeck-node.service';
  expect(files.get(file)).toContain('WantedBy=multi-user.target');
  expect(ran.slice(1)).toEqual([
    'systemctl daemon-reload',
    'systemctl enable meshdeck-node.service',
    'systemctl restart meshdeck-node.service',
  ]);
  expect(await systemd.status()).toMatchObject({ installed: true, running: true });
  await systemd.uninstall();
  expect(files.has(file)).toBe(false);
});

it('is the user’s own where somebody else does, and says how it starts without a login', async () => {
  const { around, ran, files } = machine({ isRoot: false, codes: { loginctl: 1 } });
  expect(await createSystemd(around).install(spec)).toContain('sudo loginctl enable-linger ada');
  expect([...files.keys()]).toEqual(['/home/ada/.config/systemd/user/meshdeck-node.service']);
  expect(ran).toContain('systemctl --user enable meshdeck-node.service');
});

it.each(['/var/lib/a', '/srv/50% of "$HOME" \\ & <b>'])(
  'tells whose agent a service runs: %s',
  async (dataFolder) => {
    const { around } = machine();
    const systemd = createSystemd(around);
    expect(await systemd.dataFolder()).toBeUndefined();
    await systemd.install({ ...spec, dataFolder });
    expect(await systemd.dataFolder()).toBe(dataFolder);
    const launchd = createLaunchd({ ...around, platform: 'darwin', uid: 0 });
    await launchd.install({ ...spec, dataFolder });
    expect(await launchd.dataFolder()).toBe(dataFolder);
  },
);

it('says where systemd does not run, and what it answered where it fails', async () => {
  expect(await createSystemd(machine({ exists: () => false }).around).unusable()).toMatch(/does not run/);
  const stuck = machine({ codes: { 'systemctl enable': 1 } });
  await expect(createSystemd(stuck.around).install(spec)).rejects.toMatchObject({ detail: 'why' });
});

it('writes words into a unit that stand for themselves', () => {
  expect(unitWord('/a "b" 50% $HOME \\')).toBe('"/a \\"b\\" 50%% $$HOME \\\\"');
});

it.skipIf(!existsSync('/usr/bin/systemd-analyze'))('writes units that systemd takes', async () => {
  const folder = await temporaryFolder();
  const dataFolder = join(folder, 'data with 50% "quotes"');
  await mkdir(dataFolder);
  for (const isSystem of [true, false]) {
    const file = join(folder, 'meshdeck-node.service');
    await writeFile(
      file,
      systemdUnit({ ...spec, node: process.execPath, program: process.execPath, dataFolder }, isSystem),
    );
    const { stderr } = await run(
      'systemd-analyze',
      ['verify', '--man=no', ...(isSystem ? [] : ['--user']), file],
      {
        env: { ...process.env, XDG_RUNTIME_DIR: folder },
      },
    );
    expect(stderr.split('\n').filter((line) => line.includes('meshdeck-node'))).toEqual([]);
  }
});

it('leaves the agent the means to lock jobs up', () => {
  expect(systemdUnit(spec, true)).not.toMatch(
    /NoNewPrivileges|RestrictNamespaces|ProtectKernelTunables|ProtectProc/,
  );
});

it('writes a property list for launchd that keeps odd names whole', async () => {
  const text = launchdPlist({ ...spec, dataFolder: '/Users/a & <b>' });
  expect(text).toContain('<string>/Users/a &amp; &lt;b&gt;</string>');
  const { around, ran, files } = machine({ platform: 'darwin', isRoot: false });
  const launchd = createLaunchd({ ...around, uid: 501 });
  expect(await launchd.install(spec)).toContain('log in');
  expect([...files.keys()]).toEqual(['/home/ada/Library/LaunchAgents/app.meshdeck.node.plist']);
  expect(ran.at(-1)).toBe(
    'launchctl bootstrap gui/501 /home/ada/Library/LaunchAgents/app.meshdeck.node.plist',
  );
});

it('writes a task for Windows that starts at boot for an administrator, at logon for others', async () => {
  const paths = { ...spec, program: 'C:\\Program Files\\m&d\\cli.js' };
  const asAdmin = scheduledTask(paths, { isRoot: true, userName: 'ADA' });
  expect(asAdmin).toContain('<BootTrigger>');
  expect(asAdmin).toContain('&quot;C:\\Program Files\\m&amp;d\\cli.js&quot; &quot;--data&quot;');
  expect(scheduledTask(paths, { isRoot: false, userName: 'ADA' })).toContain(
    '<UserId>ADA</UserId></LogonTrigger>',
  );
  const { around, ran } = machine({ platform: 'win32' });
  await createScheduledTask(around).install(spec);
  expect(ran[1]).toMatch(/^schtasks\.exe \/Create \/F \/TN Meshdeck agent \/XML .*task\.xml$/);
});
