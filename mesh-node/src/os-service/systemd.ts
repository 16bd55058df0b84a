import { join } from 'node:path';
import { MeshdeckError } from '@meshdeck/shared';
import {
  serviceName,
  type ServiceManager,
  type OsServiceSpec,
  type Surroundings,
} from './service-manager.js';

/** A word of ExecStart [systemd.service(5), "Command lines"]: quoted, with `%` and `$` standing for themselves. */
export function unitWord(text: string): string {
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('%', '%%')
    .replaceAll('$', '$$$$');
  return `"${escaped}"`;
}

/** The last word of the unit's ExecStart, as `unitWord` wrote it. */
function lastUnitWord(unit: string): string | undefined {
  const word = /^ExecStart=.* "((?:[^"\\]|\\.)*)"$/m.exec(unit)?.[1];
  return word?.replaceAll('$$', '$').replaceAll('%%', '%').replaceAll(/\\(.)/g, '$1');
}

/** A path in a setting that is no command line. */
const unitPath = (path: string) =>
  `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%')}"`;

/**
 * The unit file. What would take from the agent the means to lock jobs up is left out on purpose: NoNewPrivileges
 * (a setuid bwrap), RestrictNamespaces (bwrap's namespaces), ProtectKernelTunables and ProtectProc (a fresh /proc inside
 * them), and a smaller capability set (running jobs as another user).
 */
export function systemdUnit({ node, program, dataFolder }: OsServiceSpec, isSystem: boolean): string {
  const guards = isSystem
    ? [
        'ProtectSystem=strict',
        `ReadWritePaths=${unitPath(dataFolder)}`,
        'ProtectHome=read-only',
        'PrivateTmp=yes',
        'ProtectClock=yes',
        'ProtectHostname=yes',
        'ProtectKernelModules=yes',
        'RestrictRealtime=yes',
        'LockPersonality=yes',
        'RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK',
      ]
    : [];
  return [
    '[Unit]',
    'Description=Meshdeck agent: runs jobs for its hub',
    ...(isSystem ? ['Wants=network-online.target', 'After=network-online.target'] : []),
    'StartLimitIntervalSec=0',
    '',
    '[Service]',
    'Type=exec',
    `ExecStart=${[node, program, '--data', dataFolder].map(unitWord).join(' ')}`,
    'Restart=always',
    'RestartSec=5',
    '# Wrong settings: starting it again would not help.',
    'RestartPreventExitStatus=2',
    'KillMode=mixed',
    'TimeoutStopSec=15',
    'UMask=0077',
    ...guards,
    '',
    '[Install]',
    `WantedBy=${isSystem ? 'multi-user.target' : 'default.target'}`,
    '',
  ].join('\n');
}

/** systemd's system manager for root, the user's own for everybody else. */
export function createSystemd(around: Surroundings): ServiceManager {
  const { isRoot, home, env } = around;
  const unit = `${serviceName}.service`;
  const file = isRoot
    ? `/etc/systemd/system/${unit}`
    : join(env['XDG_CONFIG_HOME'] ?? join(home, '.config'), 'systemd/user', unit);
  const systemctl = (...args: string[]) => around.run('systemctl', isRoot ? args : ['--user', ...args]);

  async function must(...args: string[]): Promise<void> {
    const { code, output } = await systemctl(...args);
    if (code === 0) return;
    throw new MeshdeckError('internal', `"systemctl ${args.join(' ')}" failed with ${code}.`, {
      detail: output,
    });
  }

  return {
    name: isRoot ? 'systemd' : 'systemd (of this user)',
    async unusable() {
      if (isRoot && !around.exists('/run/systemd/system')) return 'systemd does not run on this machine';
      const { code } = await systemctl('show-environment');
      return code === 0 ? undefined : 'systemd cannot be reached from here';
    },
    async install(spec) {
      await around.write(file, systemdUnit(spec, isRoot), 0o644);
      await must('daemon-reload');
      await must('enable', unit);
      await must('restart', unit);
      if (isRoot) return undefined;
      const { code } = await around.run('loginctl', ['enable-linger', around.userName]);
      return code === 0
        ? undefined
        : `It starts when ${around.userName} logs in. To start it with the machine: sudo loginctl enable-linger ${around.userName}`;
    },
    async uninstall() {
      await systemctl('disable', '--now', unit);
      await around.remove(file);
      await systemctl('daemon-reload');
    },
    async status() {
      const { code } = await systemctl('is-active', '--quiet', unit);
      return { installed: around.exists(file), running: code === 0, where: `${this.name}, ${file}` };
    },
    dataFolder: async () => lastUnitWord((await around.read(file)) ?? ''),
  };
}
