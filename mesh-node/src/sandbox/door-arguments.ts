import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { topFolders } from './bubblewrap-arguments.js';
import type { Bubblewrap } from './find-bubblewrap.js';
import type { JobUser } from './job-users.js';

/** To listen on a port below 1024, and to give the loopback interface an address, of a namespace of its own. */
const rights = ['net_bind_service', 'net_admin'] as const;
/** What it takes to become another user; given up with it. */
const rightsToLeave = ['CAP_SETUID', 'CAP_SETGID', 'CAP_SETPCAP', 'CAP_DAC_READ_SEARCH'];

/**
 * The arguments of bwrap(1) for a door: a network of its own, and little else of the machine to see. It has one user namespace
 * at most, the one that owns the network: whoever enters the network later has to enter that, too.
 */
export function doorArguments(options: {
  tools: { bubblewrap: Bubblewrap; setpriv: string | null };
  user: JobUser | null;
  reads: readonly string[];
  socketFolder: string;
  command: readonly string[];
}): string[] {
  const { tools, user, socketFolder } = options;
  const reads = options.reads.filter((path) => !path.startsWith('/usr/') && existsSync(path));
  const caps = rights.map((right) => `CAP_${right.toUpperCase()}`);
  const kept = (tools.bubblewrap.kind.asRoot ? [...rightsToLeave, ...caps] : caps).flatMap((cap) => [
    '--cap-add',
    cap,
  ]);
  const ambient = rights.map((right) => `+${right}`).join(',');
  const asUser =
    user === null || tools.setpriv === null
      ? []
      : [
          ...[tools.setpriv, '--reuid', String(user.uid), '--regid', String(user.gid), '--clear-groups'],
          ...[
            `--inh-caps=-all,${ambient}`,
            `--ambient-caps=-all,${ambient}`,
            `--bounding-set=-all,${ambient}`,
          ],
          ...['--no-new-privs', '--'],
        ];
  return [
    ...['--die-with-parent', '--new-session', '--unshare-pid', '--unshare-net', '--unshare-ipc'],
    ...['--unshare-uts'],
    ...(tools.bubblewrap.kind.asRoot ? ['--cap-drop', 'ALL'] : ['--unshare-user']),
    ...kept,
    ...['--info-fd', '3', '--ro-bind', '/usr', '/usr', ...topFolders(), '--dev-bind', '/dev', '/dev'],
    ...[...new Set([...reads, socketFolder].map((path) => dirname(path)))].flatMap((path) => ['--dir', path]),
    ...reads.flatMap((path) => ['--ro-bind', path, path]),
    ...['--bind', socketFolder, socketFolder, '--remount-ro', '/', '--chdir', '/', '--'],
    ...asUser,
    ...options.command,
  ];
}
