import { chmod, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Environment } from '../inventory/find-on-path.js';
import { runProgram } from '../inventory/run-program.js';
import type { DataFolder } from '../storage/data-folder.js';
import { createDoors } from './doors.js';
import { createJobUsers, findJobUser, type JobUsers } from './job-users.js';
import { closedOnTheWay } from './reachable.js';
import { createSandbox, type Sandbox } from './sandbox.js';
import { setprivArguments } from './setpriv-arguments.js';
import { findTools, type SandboxTools } from './tools.js';
import { openUserMarks } from './user-marks.js';

/** Without walls around them, jobs of another user reach their folder through the agent's: it may be passed, not listed. */
async function letPass(data: DataFolder): Promise<void> {
  for (const folder of [data.path, data.attempts, data.cache]) await chmod(folder, 0o711);
}

async function usersFor(options: {
  tools: SandboxTools;
  data: DataFolder;
  slots: number;
  programs: () => Promise<string[]>;
}): Promise<JobUsers | null> {
  const { tools, data, slots, programs } = options;
  if (process.platform === 'win32') return null;
  if (process.getuid?.() !== 0) {
    tools.notes.push('The agent does not run as root, so jobs run as the same user as it does.');
    return null;
  }
  if (tools.setpriv === null) {
    tools.notes.push(
      'setpriv is not installed (util-linux has it), so jobs run as root. Install it, or run the agent as another user.',
    );
    return null;
  }
  if (tools.bubblewrap?.kind.asRoot !== true) {
    // Inside a user namespace there is no other user to become.
    if (tools.bubblewrap !== null) return null;
    const asNobody = setprivArguments({ user: createJobUsers().take(), dropRights: true });
    try {
      await runProgram({ file: tools.setpriv, args: [...asNobody, '--', '/bin/true'], timeoutMs: 20_000 });
    } catch {
      tools.notes.push('Jobs run as root: this root may not become another user.');
      return null;
    }
    await letPass(data);
    for (const path of [data.attempts, ...(await programs())]) {
      const closed = await closedOnTheWay(path);
      if (closed === null) continue;
      await chmod(data.path, 0o700);
      tools.notes.push(
        `Jobs run as root: a user of their own could not pass ${closed}. Keep the agent's data and Python outside of it (--data /var/lib/meshdeck), or install bubblewrap.`,
      );
      return null;
    }
  }
  return createJobUsers({ dedicated: slots === 1 ? await findJobUser() : undefined });
}

/** Finds out what this machine can hold jobs with and makes a sandbox of it. `programs` are the interpreters jobs run on. */
export async function openSandbox(options: {
  data: DataFolder;
  slots: number;
  programs: () => Promise<string[]>;
  /** Where tools are looked for. */
  env?: Environment;
  logger: Logger;
}): Promise<Sandbox> {
  const { data, logger, env = process.env } = options;
  const tools = await findTools({ folder: join(data.path, 'sandbox'), env });
  const users = await usersFor({ ...options, tools });
  const unwalled = users !== null && tools.bubblewrap === null ? tools.setpriv : null;
  const marks =
    unwalled === null
      ? null
      : await openUserMarks({ folder: join(data.path, 'sandbox', 'users'), setpriv: unwalled });
  logger.debug(
    {
      bubblewrap: tools.bubblewrap?.kind.asRoot ?? null,
      ownUser: users !== null,
      controlGroups: tools.groups !== null || tools.scopes !== null,
      limits: tools.prlimit !== null,
    },
    'sandbox for jobs',
  );
  const doorsFolder = join(data.path, 'sandbox', 'doors');
  // Sockets of an agent that was killed.
  await rm(doorsFolder, { recursive: true, force: true });
  const doors = createDoors({ ...tools, folder: doorsFolder, env });
  // Found out before any job could be in the way; whoever needs one waits for it.
  doors
    .missing()
    .catch((error: unknown) => logger.warn({ error }, 'a network of their own was not tried for jobs'));
  return createSandbox({ tools, users, marks, doors });
}
