import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { dirname } from 'node:path';
import { createLaunchd } from './launchd.js';
import { createScheduledTask } from './scheduled-task.js';
import type { Ran, ServiceManager, Surroundings } from './service-manager.js';
import { createSystemd } from './systemd.js';

function run(command: string, args: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(command, [...args], { timeout: 30_000, windowsHide: true }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 127;
      resolve({ code, output: `${stdout}${stderr}`.trim() });
    });
  });
}

/** A user without an entry in the system's list has neither; a service of its own it cannot have then. */
function person(): { userName: string; home: string } {
  try {
    return { userName: userInfo().username, home: homedir() };
  } catch {
    return { userName: '', home: process.env['HOME'] ?? '/nonexistent' };
  }
}

/** The service manager of this machine; undefined where we know of none. */
export async function serviceManager(): Promise<ServiceManager | undefined> {
  const { platform } = process;
  const uid = process.getuid?.() ?? -1;
  // Only administrators may ask for the machine's sessions.
  const isRoot = platform === 'win32' ? (await run('net', ['session'])).code === 0 : uid === 0;
  const around: Surroundings = {
    platform,
    isRoot,
    ...person(),
    env: process.env,
    run,
    exists: existsSync,
    read: (path) => readFile(path, 'utf8').catch(() => undefined),
    async write(path, text, mode) {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text, { mode, encoding: text.startsWith('\ufeff') ? 'utf16le' : 'utf8' });
    },
    remove: (path) => rm(path, { force: true }),
  };
  if (platform === 'linux') return createSystemd(around);
  if (platform === 'darwin') return createLaunchd({ ...around, uid });
  if (platform === 'win32') return createScheduledTask(around);
  return undefined;
}
