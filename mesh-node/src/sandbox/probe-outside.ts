import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readNetworkInterfaces } from '@meshdeck/shared/runtime';
import { listPids } from '../runners/process/proc.js';

/** What stands on this machine for the probe to reach, and what shows afterwards that it did. */
export interface ProbeOutside {
  listeners: { host: string; port: number }[];
  /** Places outside of every job that it tries to write. */
  files: string[];
  leaves: { program: string[]; files: string[] };
  wasWritten: () => boolean;
  /** Whether the daemon or a file of it is still there; null where it could not try. */
  leftSomething: () => boolean | null;
  remove: () => Promise<void>;
}

/** A listener as the hub's may be, on loopback or on one of this machine's own addresses: it greets whoever comes. */
async function listen(host: string): Promise<{ host: string; port: number; close: () => void }> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.end('reached');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new Error('unreachable: a TCP listener has a port');
  return { host, port: address.port, close: () => void server.close() };
}

function ownAddress(): string | undefined {
  const all = Object.values(readNetworkInterfaces()).flatMap((each) => each ?? []);
  return all.find(({ internal, family }) => !internal && family === 'IPv4')?.address;
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return ''; // gone, or another system
  }
}

/** Sets it up, for one run of the probe. `beside`: a path beside the agent's key. */
export async function openProbeOutside(beside: string): Promise<ProbeOutside> {
  const outsider = await mkdtemp(join(tmpdir(), 'meshdeck-probe-'));
  const hosts = ['127.0.0.1', ownAddress() ?? []].flat();
  const listeners = await Promise.all(hosts.map(listen));
  const files = [join(outsider, 'x'), beside, '/usr/meshdeck-probe-was-here'];
  const mark = `${process.pid}${Date.now()}`;
  const shared = ['/tmp', '/var/tmp', '/dev/shm'].filter((path) => existsSync(path));
  const isUnix = process.platform !== 'win32';
  const left = shared.map((path) => join(path, `meshdeck-probe-left-${mark}`));
  const daemons = () => listPids().filter((pid) => commandLine(pid).includes(`meshdeck-probe-stays-${mark}`));
  return {
    listeners: listeners.map(({ host, port }) => ({ host, port })),
    files,
    leaves: {
      // Forks once more, in a session of its own and without anything of the job's environment.
      program: isUnix
        ? ['/bin/sh', '-c', `(/bin/sh -c 'sleep 30; : meshdeck-probe-stays-${mark}') & exit 0`]
        : [],
      files: isUnix ? left : [],
    },
    wasWritten: () => files.some((path) => existsSync(path)),
    leftSomething: () =>
      process.platform === 'linux' ? left.some((path) => existsSync(path)) || daemons().length > 0 : null,
    async remove() {
      for (const { close } of listeners) close();
      for (const pid of daemons()) {
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          // it was faster
        }
      }
      for (const path of [outsider, ...files, ...left]) await rm(path, { recursive: true, force: true });
    },
  };
}
