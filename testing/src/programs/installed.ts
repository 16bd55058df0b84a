import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

/** Full path of a program on PATH, or null. */
export function onPath(name: string): string | null {
  const suffixes = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  const places = folders.flatMap((folder) => suffixes.map((suffix) => join(folder, name + suffix)));
  return places.find((place) => existsSync(place)) ?? null;
}

/** The first of these files that is there. */
const firstThere = (places: readonly (string | null | undefined)[]): string | null =>
  places.find((place) => typeof place === 'string' && existsSync(place)) ?? null;

/** A browser Playwright can drive: the one named by MESHDECK_CHROMIUM, or the system's. */
export function findChromium(): string | null {
  const places = [
    process.env['MESHDECK_CHROMIUM'],
    ...['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].map(onPath),
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  ];
  return firstThere(places);
}

/** The folder of RabbitMQ's own server script; Debian's wrapper in /usr/sbin switches user. */
export function findRabbitmq(): string | null {
  const places = [
    '/usr/lib/rabbitmq/bin/rabbitmq-server',
    '/opt/homebrew/sbin/rabbitmq-server',
    onPath('rabbitmq-server'),
  ];
  return firstThere(places);
}

/** OpenLDAP's server, where its client programs are, too. */
export function findSlapd(): string | null {
  const place = '/usr/sbin/slapd';
  return existsSync(place) && existsSync('/usr/bin/ldapmodify') ? place : null;
}

/** Whether this process may make network namespaces: Linux, as root, with `ip`. */
export function canMakeNamespaces(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || onPath('ip') === null) return false;
  const name = `meshdeck-probe-${process.pid}`;
  const made = spawnSync('ip', ['netns', 'add', name], { stdio: 'ignore' }).status === 0;
  if (made) spawnSync('ip', ['netns', 'delete', name], { stdio: 'ignore' });
  return made;
}

/** Whether this process may mount a small disk of its own: Linux, as root. */
export function canMountDisks(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const folder = mkdtempSync(join(tmpdir(), 'meshdeck-mount-'));
  const options = { stdio: 'ignore' } as const;
  const made = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], options).status === 0;
  if (made) spawnSync('umount', [folder], options);
  rmdirSync(folder);
  return made;
}

const electronBinaries: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'Electron.app/Contents/MacOS/Electron',
  win32: 'electron.exe',
};

/** Electron's binary; its package fetches it at first use, so it may be absent although the package is there. */
export function findElectron(): string | null {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
    const binary = electronBinaries[process.platform] ?? 'electron';
    const place = join(process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(folder, 'dist'), binary);
    return existsSync(place) ? place : null;
  } catch {
    return null;
  }
}
