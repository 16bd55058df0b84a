import { constants } from 'node:os';
import { bubblewrapArguments } from './bubblewrap-arguments.js';
import type { Door } from '../network/door.js';
import type { DoorPlan } from '../network/door-plan.js';
import type { DoorKeeper } from '../network/visitors.js';
import type { JobGroup } from './control-groups.js';
import { gpuDevices } from './devices.js';
import type { Doors, NameFiles } from './doors.js';
import type { JobUser, JobUsers } from './job-users.js';
import { giveTo } from './own-files.js';
import { hardLimits, prlimitArguments } from './resource-limits.js';
import { setprivArguments } from './setpriv-arguments.js';
import type { SandboxTools } from './tools.js';
import type { UserMarks } from './user-marks.js';

/** None; the machine's own; or one of the program's own with one way out, held by a keeper. */
export type ProgramNetwork = 'none' | 'open' | { plan: DoorPlan; keeper: DoorKeeper };

/** A program to shut in, and what it may reach. */
export interface Program {
  /** Unique among those that run. */
  name: string;
  command: string;
  args: readonly string[];
  workFolder: string;
  /** Folders and files it may read besides the system's programs. */
  reads: readonly string[];
  writes: readonly string[];
  /** Its /tmp: one of `writes`. */
  temporary: string;
  network: ProgramNetwork;
  gpu: boolean;
  user: JobUser | null;
  limits: { memoryBytes: number; fileBytes: number; processes?: number };
}

/** A program as it is to be spawned, and what is to be done when it has ended. */
export interface Launch {
  command: string;
  args: string[];
  /** The signal behind an exit code of the sandbox's own process; it ends with 128 + n where the program was ended by n. */
  signalOf: (code: number | null) => NodeJS.Signals | null;
  outOfMemory: () => Promise<boolean>;
  close: () => Promise<void>;
}

export interface Sandbox {
  readonly tools: SandboxTools;
  /** Why a program cannot have a network of its own here, in a sentence; null where it can. */
  networkMissing: () => Promise<string | null>;
  /** Jobs run as users of their own. */
  readonly ownUser: boolean;
  /** Someone for one attempt to run as; null where jobs run as the agent's own user. */
  takeUser: () => JobUser | null;
  give: (user: JobUser | null, ...paths: string[]) => Promise<void>;
  launch: (program: Program) => Promise<Launch>;
  /** As `launch`, at once and without a control group, for a warm process of the agent's own that reads untrusted files. */
  wrapCommand: (program: Omit<Program, 'user' | 'limits' | 'network'>) => { command: string; args: string[] };
}

/** Enough for an app with a pool of workers; a fork bomb ends here. */
export const defaultProcesses = 512;
const largestShare = 1024 ** 3;

const signals = new Map(
  Object.entries(constants.signals).map(([name, number]) => [number, name as NodeJS.Signals]),
);

/**
 * Puts together what the machine has. `users` is null where jobs cannot have a user of their own; `marks` where there are walls
 * that end with the job, and all it left with them.
 */
export function createSandbox({
  tools,
  users,
  marks = null,
  doors,
}: {
  tools: SandboxTools;
  doors: Doors;
  users: JobUsers | null;
  marks?: UserMarks | null;
}): Sandbox {
  const { bubblewrap, groups, scopes } = tools;
  const hard = tools.prlimit === null ? new Map<string, number>() : hardLimits();
  let made = 0;

  function limited({ user, limits }: Pick<Program, 'user' | 'limits'>): string[] {
    if (tools.prlimit === null) return [];
    // The kernel counts processes by user: ours would be counted with the owner's own.
    const alone = user !== null || bubblewrap?.kind.asRoot === false;
    const processes = alone ? (limits.processes ?? defaultProcesses) : null;
    return [tools.prlimit, ...prlimitArguments({ ...limits, processes }, hard), '--'];
  }

  function disowned(user: JobUser | null, deviceGroups: readonly number[]): string[] {
    if (tools.setpriv === null) return [];
    const dropRights = process.getuid?.() === 0 && bubblewrap?.kind.asRoot !== false;
    return [tools.setpriv, ...setprivArguments({ user, groups: deviceGroups, dropRights }), '--'];
  }

  function inBubblewrap(
    program: Omit<Program, 'user' | 'limits' | 'network'> & { network: 'none' | 'open' | NameFiles },
    memoryBytes: number,
    devices: readonly string[],
  ): string[] {
    if (bubblewrap === null) return [];
    const sharedMemoryBytes = Math.floor(Math.min(largestShare, memoryBytes / 2));
    const view = { ...program, devices, sharedMemoryBytes };
    return [bubblewrap.path, ...bubblewrapArguments(view, bubblewrap.kind), '--'];
  }

  const split = (line: string[], program: Pick<Program, 'command' | 'args'>) => {
    const [command = program.command, ...args] = [...line, program.command, ...program.args];
    return { command, args };
  };

  return {
    tools,
    networkMissing: doors.missing,
    ownUser: users !== null,
    takeUser: () => users?.take() ?? null,
    async give(user, ...paths) {
      if (user !== null) for (const path of paths) await giveTo(user, path);
    },
    async launch(program) {
      const devices = program.gpu && process.platform === 'linux' ? gpuDevices() : { paths: [], groups: [] };
      const bounds = {
        memoryBytes: program.limits.memoryBytes,
        processes: program.limits.processes ?? defaultProcesses,
      };
      let group: JobGroup | undefined;
      let door: Door | undefined;
      let network: 'none' | 'open' | NameFiles;
      if (typeof program.network === 'object') {
        door = await doors.open(program.network.plan, program.network.keeper);
        network = await doors.nameFiles();
      } else {
        network = program.network;
      }
      if (program.user !== null) await marks?.begin(program.user);
      if (groups !== null) group = await groups.make(`${program.name}-${(made += 1)}`, bounds);
      const line = [
        ...(group?.enter ?? scopes?.enter(bounds) ?? []),
        ...(door?.enter ?? []),
        ...inBubblewrap({ ...program, network }, bounds.memoryBytes, devices.paths),
        ...limited(program),
        ...disowned(program.user, devices.groups),
      ];
      return {
        ...split(line, program),
        signalOf: (code) => (bubblewrap === null || code === null ? null : (signals.get(code - 128) ?? null)),
        outOfMemory: async () => (await group?.outOfMemory()) ?? false,
        async close() {
          await group?.remove();
          await door?.close();
          if (program.user !== null) await marks?.end(program.user);
        },
      };
    },
    wrapCommand(program) {
      if (bubblewrap === null) return { command: program.command, args: [...program.args] };
      const devices = program.gpu ? gpuDevices().paths : [];
      return split(
        [...inBubblewrap({ ...program, network: 'none' }, largestShare, devices), ...disowned(null, [])],
        program,
      );
    },
  };
}
