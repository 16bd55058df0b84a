import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MeshdeckError } from '@meshdeck/shared';
import { findOnPath, type Environment } from '../inventory/find-on-path.js';
import { runProgram } from '../inventory/run-program.js';
import { DoorTimeout, openDoor, type Door, type DoorTools } from '../network/door.js';
import type { DoorPlan } from '../network/door-plan.js';
import type { DoorKeeper } from '../network/visitors.js';
import { bubblewrapArguments } from './bubblewrap-arguments.js';
import type { Bubblewrap } from './find-bubblewrap.js';

/** What a program in a network of its own looks names up by. */
export interface NameFiles {
  resolv: string;
  hosts: string;
}

/** Networks of jobs' own, each with one way out. */
export interface Doors {
  /** Why there are none on this machine, in a sentence; null where they were tried and work. Rejects where that took too long. */
  missing: () => Promise<string | null>;
  open: (plan: DoorPlan, keeper: DoorKeeper) => Promise<Door>;
  nameFiles: () => Promise<NameFiles>;
}

const patienceMs = 30_000;

/** As root or as anyone: `ip` lies where only root looks for programs. */
const programFolders = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

export function createDoors(options: {
  bubblewrap: Bubblewrap | null;
  setpriv: string | null;
  folder: string;
  env: Environment;
}): Doors {
  const { bubblewrap, setpriv, folder, env } = options;
  let tools: Promise<DoorTools> | undefined;
  let tried: Promise<string | null> | undefined;
  let written: Promise<NameFiles> | undefined;

  async function find(): Promise<DoorTools> {
    if (bubblewrap === null) throw new Error('It takes bubblewrap.');
    const nsenter = await findOnPath('nsenter', env);
    if (nsenter === null) throw new Error('nsenter is not installed (util-linux has it).');
    const ip = await findOnPath('ip', { ...env, PATH: [env.PATH, ...programFolders].join(':') });
    await mkdir(folder, { recursive: true, mode: 0o711 });
    return { bubblewrap, setpriv, nsenter, ip };
  }

  async function open(plan: DoorPlan, keeper: DoorKeeper): Promise<Door> {
    return openDoor({ tools: await (tools ??= find()), plan, keeper, folder });
  }

  /**
   * A door that leads nowhere, and a sandbox behind it. A machine that has no time for that is not one that cannot: whoever keeps
   * it busy must not get another network by it.
   * @throws Error where it took too long
   */
  async function tryOut(): Promise<string | null> {
    const nobody: DoorKeeper = {
      knows: () => Promise.resolve(false),
      connect: () => Promise.reject(new Error('nowhere')),
    };
    try {
      const found = await (tools ??= find());
      const door = await open({ listen: [], names: {}, ports: null, addresses: [] }, nobody);
      try {
        const empty = join(folder, 'empty');
        await mkdir(empty, { recursive: true, mode: 0o755 });
        const view = { reads: [], writes: [], temporary: empty, workFolder: '/', devices: [] };
        const inside = bubblewrapArguments(
          { ...view, network: await nameFiles(), sharedMemoryBytes: 1024 ** 2 },
          found.bubblewrap.kind,
        );
        const [file = '', ...enter] = door.enter;
        const args = [...enter, found.bubblewrap.path, ...inside, '--', '/bin/true'];
        await runProgram({ file, args, timeoutMs: patienceMs });
        return null;
      } finally {
        await door.close();
      }
    } catch (error) {
      const cause = error instanceof MeshdeckError ? error.cause : error;
      if (
        cause instanceof DoorTimeout ||
        (cause instanceof Error && 'killed' in cause && cause.killed === true)
      )
        throw error;
      const why = cause instanceof Error ? cause.message : String(cause);
      return `A job that asks for the network gets all of it, as it cannot have one of its own here. ${why}`.slice(
        0,
        400,
      );
    }
  }

  function missing(): Promise<string | null> {
    tried ??= tryOut();
    tried.catch(() => (tried = undefined));
    return tried;
  }

  async function writeNameFiles(): Promise<NameFiles> {
    await mkdir(folder, { recursive: true, mode: 0o711 });
    const files = { resolv: join(folder, 'resolv.conf'), hosts: join(folder, 'hosts') };
    await writeFile(files.resolv, 'nameserver 127.0.0.1\noptions timeout:10 attempts:2\n', { mode: 0o644 });
    await writeFile(files.hosts, '127.0.0.1 localhost\n::1 localhost\n', { mode: 0o644 });
    return files;
  }

  const nameFiles = () => (written ??= writeNameFiles());
  return { missing, open, nameFiles };
}
