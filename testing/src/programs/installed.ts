import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

/** Full path of a program on PATH, or null. @param {string} name */
function onPath(name) {
  const suffixes = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const places = folders.flatMap((folder) => suffixes.map((suffix) => join(folder, name + suffix)));
  return places.find((place) => existsSync(place)) ?? null;
}

/** A browser Playwright can drive: the one named by MESHDECK_CHROMIUM, or the system's. */
export function findChromium() {
  const places = [
    process.env.MESHDECK_CHROMIUM,
    ...['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].map(onPath),
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  ];
  return places.find((place) => place && existsSync(place)) ?? null;
}

/** The folder of RabbitMQ's own server script; Debian's wrapper in /usr/sbin switches user. */
export function findRabbitmq() {
  const places = [
    '/usr/lib/rabbitmq/bin/rabbitmq-server',
    '/opt/homebrew/sbin/rabbitmq-server',
    onPath('rabbitmq-server'),
  ];
  return places.find((place) => place && existsSync(place)) ?? null;
}

/** OpenLDAP's server, where its client programs are, too. */
export function findSlapd() {
  const place = '/usr/sbin/slapd';
  return existsSync(place) && existsSync('/usr/bin/ldapmodify') ? place : null;
}

/** Whether this process may make network namespaces: Linux, as root, with `ip`. */
export function canMakeNamespaces() {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || onPath('ip') === null) return false;
  const name = `meshdeck-probe-${process.pid}`;
  const made = spawnSync('ip', ['netns', 'add', name], { stdio: 'ignore' }).status === 0;
  if (made) spawnSync('ip', ['netns', 'delete', name], { stdio: 'ignore' });
  return made;
}

/** Whether this process may mount a small disk of its own: Linux, as root. */
export function canMountDisks() {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const folder = mkdtempSync(join(tmpdir(), 'meshdeck-mount-'));
  const options = { stdio: /** @type {const} */ ('ignore') };
  const made = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], options).status === 0;
  if (made) spawnSync('umount', [folder], options);
  rmdirSync(folder);
  return made;
}

/** @type {Partial<Record<NodeJS.Platform, string>>} */
const electronBinaries = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' };

/** Electron's binary; its package fetches it at first use, so it may be absent although the package is there. */
export function findElectron() {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
    const binary = electronBinaries[process.platform] ?? 'electron';
    const place = join(process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist'), binary);
    return existsSync(place) ? place : null;
  } catch {
    return null;
  }
}

/**
 * What suites need beside npm's packages. A missing one is a skip that names what to install; with CI=true it is a
 * failure where `requiredInCi`.
 */
export const prerequisites = [
  { name: 'Chromium', install: 'apt-get install chromium', find: findChromium, requiredInCi: true },
  {
    name: 'RabbitMQ',
    install: 'apt-get install rabbitmq-server',
    find: findRabbitmq,
    requiredInCi: process.platform === 'linux',
  },
  {
    name: 'OpenLDAP',
    install: 'apt-get install slapd ldap-utils',
    find: findSlapd,
    requiredInCi: process.platform === 'linux',
  },
  {
    name: 'Mosquitto',
    install: 'apt-get install mosquitto mosquitto-clients',
    find: () => onPath('mosquitto_pub'),
  },
  { name: 'network namespaces', install: 'root on Linux, apt-get install iproute2', find: canMakeNamespaces },
  { name: 'disks of a size of their own', install: 'root on Linux', find: canMountDisks },
  { name: 'sysbench', install: 'apt-get install sysbench', find: () => onPath('sysbench') },
  { name: 'bubblewrap', install: 'apt-get install bubblewrap', find: () => onPath('bwrap') },
  { name: 'the Electron binary', install: 'npx install-electron', find: findElectron },
];

export function missingPrerequisites() {
  return prerequisites.filter(({ find }) => !find());
}

export { onPath };
