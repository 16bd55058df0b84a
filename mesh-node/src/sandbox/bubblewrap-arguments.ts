import { existsSync, lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { NameFiles } from './doors.js';

/** What a program sees of the machine. Every path is absolute; inside it is what it is outside. */
export interface View {
  /** To be read, never written. */
  reads: readonly string[];
  writes: readonly string[];
  /** Stands in for /tmp, so that what lies there counts as the job's files and not as memory. */
  temporary: string;
  workFolder: string;
  /** None, the machine's own, or the one bwrap is started in, with these files to look names up by. */
  network: 'none' | 'open' | NameFiles;
  /** Device files, such as /dev/dri. */
  devices: readonly string[];
  sharedMemoryBytes: number;
}

export interface BubblewrapKind {
  /** Run by root: no user namespace, the job gets a user of its own inside. */
  asRoot: boolean;
  /** Takes `--disable-userns` (bubblewrap 0.8). */
  noNesting: boolean;
  /** `passwd` and `group` for inside. */
  accounts: { passwd: string; group: string };
}

/** What programs look up in /etc without asking the network; no passwords, no keys, no names of people. */
const systemFiles = [
  ...['ld.so.cache', 'ld.so.conf', 'ld.so.conf.d', 'alternatives', 'localtime', 'timezone', 'mime.types'],
  ...[
    'fonts',
    'nsswitch.conf',
    'protocols',
    'services',
    'os-release',
    'debian_version',
    'ssl/openssl.cnf',
    'OpenCL',
    'vulkan',
  ],
];
/** What it takes to look other machines up by name. */
const nameFiles = ['resolv.conf', 'hosts', 'gai.conf'];
/** What it takes to speak to other machines and to trust them. */
const networkFiles = ['host.conf', 'ssl/certs', 'ca-certificates', 'pki'];

/** What it takes to enter a folder that is the job's alone and become its user; all of it is given up before the job begins. */
const rightsToLeave = ['CAP_SETUID', 'CAP_SETGID', 'CAP_SETPCAP', 'CAP_DAC_READ_SEARCH'];

/** A top folder of the system as it is here: a link into /usr, or a folder. */
function topFolder(path: string): string[] {
  if (!existsSync(path)) return [];
  return lstatSync(path).isSymbolicLink()
    ? ['--symlink', readlinkSync(path), path]
    : ['--ro-bind', path, path];
}

/** The system's folders of programs and libraries besides /usr. */
export const topFolders = () => ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'].flatMap(topFolder);

/** A file of /etc at its place, whatever links lead to it; the path of the link itself would dangle inside. */
function fromEtc(name: string): string[] {
  const path = join('/etc', name);
  return existsSync(path) ? ['--dir', dirname(path), '--ro-bind', realpathSync(path), path] : [];
}

function filesFor(network: View['network']): string[] {
  if (network === 'none') return [];
  return network === 'open' ? [...networkFiles, ...nameFiles] : networkFiles;
}

const ownNames = ({ resolv, hosts }: NameFiles): string[] => [
  ...['--ro-bind', resolv, '/etc/resolv.conf'],
  ...['--ro-bind', hosts, '/etc/hosts'],
];

/** The arguments of bwrap(1) before `--`: all that is not listed does not exist inside. */
export function bubblewrapArguments(view: View, kind: BubblewrapKind): string[] {
  const reads = view.reads.filter((path) => !path.startsWith('/usr/') && existsSync(path));
  return [
    ...['--die-with-parent', '--new-session', '--unshare-ipc', '--unshare-pid', '--unshare-uts'],
    '--unshare-cgroup-try',
    ...(view.network === 'none' ? ['--unshare-net'] : []),
    ...(kind.asRoot
      ? ['--cap-drop', 'ALL', ...rightsToLeave.flatMap((right) => ['--cap-add', right])]
      : ['--unshare-user', ...(kind.noNesting ? ['--disable-userns'] : [])]),
    ...['--hostname', 'job'],
    ...['--ro-bind', '/usr', '/usr'],
    ...topFolders(),
    ...[...systemFiles, ...filesFor(view.network)].flatMap(fromEtc),
    ...(typeof view.network === 'object' ? ownNames(view.network) : []),
    ...['--ro-bind', kind.accounts.passwd, '/etc/passwd', '--ro-bind', kind.accounts.group, '/etc/group'],
    ...['--proc', '/proc', '--dev', '/dev'],
    ...['--perms', '1777', '--size', String(view.sharedMemoryBytes), '--tmpfs', '/dev/shm'],
    ...view.devices.flatMap((path) => ['--dev-bind', path, path]),
    ...['--remount-ro', '/dev'],
    ...(view.devices.length > 0 && existsSync('/sys') ? ['--ro-bind', '/sys', '/sys'] : []),
    ...['--bind', view.temporary, '/tmp'],
    // Folders on the way to a private one would be as private, and no way for the job.
    ...[...new Set([...reads, ...view.writes].map((path) => dirname(path)))].flatMap((path) => [
      '--dir',
      path,
    ]),
    ...reads.flatMap((path) => ['--ro-bind', path, path]),
    ...view.writes.flatMap((path) => ['--bind', path, path]),
    ...['--remount-ro', '/', '--chdir', view.workFolder],
  ];
}
