import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { MeshdeckError } from '@meshdeck/shared';
import type { Bubblewrap } from '../sandbox/find-bubblewrap.js';
import { createJobUsers } from '../sandbox/job-users.js';
import { programPaths } from '../sandbox/runtime-paths.js';
import { doorArguments } from '../sandbox/door-arguments.js';
import { doorSource, type DoorWishes } from './door-program.js';
import type { DoorPlan } from './door-plan.js';
import { receiveVisitors, type DoorKeeper } from './visitors.js';

/** What it takes to make a network namespace and to enter it again. */
export interface DoorTools {
  bubblewrap: Bubblewrap;
  setpriv: string | null;
  nsenter: string;
  /** iproute2's `ip`, for places that are named by address. */
  ip: string | null;
}

/** A network of one job's own, with one way out of it: by the agent, which asks its keeper. */
export interface Door {
  /** Goes before a command: it runs in that network then. */
  enter: string[];
  close: () => Promise<void>;
}

const openWithinMs = 30_000;

/** The machine had no time to open a door: that says nothing of whether it could. */
export class DoorTimeout extends Error {}

/**
 * Opens a door: a process in a network namespace of its own that stays until `close`, or until the agent ends.
 * @throws MeshdeckError `node-refused` where it cannot be opened, `runtime-missing` where it takes a program that is not here
 */
export async function openDoor(options: {
  tools: DoorTools;
  plan: DoorPlan;
  keeper: DoorKeeper;
  /** Where its socket's folder is made. */
  folder: string;
}): Promise<Door> {
  const { tools, plan } = options;
  if (plan.addresses.length > 0 && tools.ip === null)
    throw new MeshdeckError(
      'runtime-missing',
      'The app names a place by its address, which takes iproute2 (apt install iproute2) on this machine. Name it by a name, or run the job on another machine.',
    );
  const visitors = await receiveVisitors(options);
  const wishes: DoorWishes = { ...plan, socket: visitors.path, ip: tools.ip };
  const user = tools.bubblewrap.kind.asRoot ? createJobUsers().take() : null;
  const line = doorArguments({
    tools,
    user,
    reads: programPaths(),
    socketFolder: visitors.folder,
    command: [process.execPath, '-e', doorSource, JSON.stringify(wishes)],
  });
  const child = spawn(tools.bubblewrap.path, line, {
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    env: { ELECTRON_RUN_AS_NODE: '1', PATH: process.env['PATH'] ?? '' },
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  child.once('error', () => undefined); // `close` follows
  child.stdin.on('error', () => undefined); // nothing is ever said there

  async function close(): Promise<void> {
    child.kill('SIGKILL');
    await ended;
    await visitors.close();
  }

  try {
    const target = await whenOpen(child);
    const ofUser = tools.bubblewrap.kind.asRoot ? [] : ['--user', '--preserve-credentials'];
    return { enter: [tools.nsenter, '--target', String(target), '--net', ...ofUser, '--'], close };
  } catch (cause) {
    await close();
    throw new MeshdeckError('node-refused', 'This machine could not give the job a network of its own.', {
      cause,
    });
  }
}

/** The number of the process inside, once it says that it is ready. */
function whenOpen(child: ReturnType<typeof spawn>): Promise<number> {
  const { stdout, stderr, stdio } = child;
  const info = stdio[3];
  return new Promise((resolve, reject) => {
    let said = '';
    let facts = '';
    const timer = setTimeout(
      () => reject(new DoorTimeout('The network gateway of the job did not start in time.')),
      openWithinMs,
    );
    const fail = (why: string) => {
      clearTimeout(timer);
      reject(new Error(`The network gateway of the job could not be started: ${why.trim().slice(-300)}`));
    };
    child.once('error', (error) => fail(error.message));
    child.once('exit', () => fail(said));
    stderr?.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-1000)));
    if (info !== null && info !== undefined && 'setEncoding' in info)
      info.setEncoding('utf8').on('data', (text: string) => (facts = (facts + text).slice(0, 2000)));
    if (stdout === null) return fail('no output');
    createInterface({ input: stdout }).on('line', (line) => {
      if (line !== 'ready') return fail(line);
      clearTimeout(timer);
      const pid = /"child-pid": (\d+)/.exec(facts)?.[1];
      if (pid === undefined) fail('bubblewrap did not say which process it is');
      else resolve(Number(pid));
    });
  });
}
