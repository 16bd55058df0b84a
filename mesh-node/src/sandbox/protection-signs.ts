import { readFileSync, statSync } from 'node:fs';
import { release } from 'node:os';
import { meshdeckVersion } from '@meshdeck/shared';

/** Programs that hold jobs, wherever they are installed. */
const programs = ['bwrap', 'setpriv', 'prlimit', 'nsenter', 'systemd-run'];
/** What lets users make namespaces, or forbids it, on the systems that ask [user_namespaces(7), AppArmor]. */
const switches = [
  'user/max_user_namespaces',
  'user/max_net_namespaces',
  'kernel/unprivileged_userns_clone',
  'kernel/apparmor_restrict_unprivileged_userns',
  'kernel/apparmor_restrict_unprivileged_unconfined',
];

function stamp(path: string): string {
  try {
    const { ino, size, mtimeMs } = statSync(path);
    return `${ino}-${size}-${mtimeMs}`;
  } catch {
    return ''; // not there
  }
}

function setting(name: string): string {
  try {
    return readFileSync(`/proc/sys/${name}`, 'utf8').trim();
  } catch {
    return ''; // unknown to this kernel
  }
}

/**
 * What shows cheaply that jobs may be held by something else than when it was measured: another agent, kernel, Node or tool,
 * another switch of the system's. An update of the system changes it; the time does not.
 */
export function protectionSigns(searchPath = process.env['PATH'] ?? ''): string {
  const folders = searchPath.split(':').filter((folder) => folder.startsWith('/'));
  const tools = programs.map(
    (name) => folders.map((folder) => stamp(`${folder}/${name}`)).find(Boolean) ?? '',
  );
  return JSON.stringify([
    meshdeckVersion,
    release(),
    stamp(process.execPath),
    ...tools,
    ...(process.platform === 'linux' ? switches.map(setting) : []),
  ]);
}
