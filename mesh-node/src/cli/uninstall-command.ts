import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { userInfo } from 'node:os';
import { MeshdeckError } from '@meshdeck/shared';
import { Command } from 'commander';
import { dividedGroup, removeGroups } from '../install/agent-groups.js';
import { unlinkCommand } from '../install/command.js';
import { isAgents, jobsIn, namesIn, requireOwnFolder } from '../install/data-files.js';
import { tellingFiles } from '../install/file-sentence.js';
import { removeDataFolder, removeMade, removeProgram, type Removal } from '../install/remove-folders.js';
import { stopAgent } from '../install/running.js';
import { findThisAgent, managedBy, readPin, type ThisAgent } from '../install/this-agent.js';
import { serviceManager } from '../os-service/this-machine.js';
import { jobUserName, findJobUser } from '../sandbox/job-users.js';
import { lockHolder } from '../storage/folder-lock.js';
import { readLiveState } from '../storage/live-state.js';
import { question, type Speaker } from './terminal.js';

interface UninstallFlags {
  data?: string;
  keepData?: boolean;
  yes?: boolean;
}

function readFlags(argv: readonly string[]): UninstallFlags {
  return new Command('meshdeck-node uninstall')
    .description(
      'Stops the agent of this machine and removes it: its service, program, command, and data. Says what it removed and what it left.',
    )
    .option('--data <folder>', 'the agent’s data folder')
    .option('--keep-data', 'keep the data folder: the machine joins as the same one again')
    .option('--yes', 'do not ask, and end the jobs that run here')
    .allowExcessArguments(false)
    .exitOverride((error) => {
      throw error;
    })
    .parse(['', '', ...argv.slice(3)])
    .opts<UninstallFlags>();
}

/** Asks where a person is; refuses where none is. */
async function agree(jobs: number, dataFolder: string): Promise<boolean> {
  const busy =
    jobs === 0
      ? ''
      : `${jobs} ${jobs === 1 ? 'job is' : 'jobs are'} at work here. To let them end first, the hub's admin drains this machine ("meshdeck nodes drain"). `;
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new MeshdeckError(
      'invalid-request',
      `${busy}Nothing was removed. With --yes the agent of ${dataFolder} is ${jobs === 0 ? 'removed' : 'removed now, and its jobs run on other machines'}.`,
    );
  question(`${busy}Remove the agent of ${dataFolder} from this machine? yes or no:`);
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const said = (await lines.question('')).trim().toLowerCase();
  lines.close();
  return said === 'yes' || said === 'y';
}

/** Whether there is anything of an agent on this machine that this command would remove. */
async function isHere({ place, dataFolder }: ThisAgent, hasService: boolean): Promise<boolean> {
  const names = await tellingFiles(dataFolder, () => namesIn(dataFolder));
  return place !== undefined || hasService || isAgents(names);
}

/** What Meshdeck is glad of and never made: named, so that nobody looks for more. */
async function notOurs(): Promise<Removal['left']> {
  const left: Removal['left'] = [];
  if ((await findJobUser()) !== undefined)
    left.push({
      path: `the user ${jobUserName}`,
      why: 'an admin made it; remove it with: userdel meshdeck-job',
    });
  const name = (() => {
    try {
      return userInfo().username;
    } catch {
      return ''; // a user without a name has no lingering either
    }
  })();
  if (process.getuid?.() !== 0 && name !== '' && existsSync(`/var/lib/systemd/linger/${name}`))
    left.push({
      path: `lingering of ${name}`,
      why: 'other services may need it; end it with: loginctl disable-linger',
    });
  return left;
}

/** `meshdeck-node uninstall`. Gives the exit code: 1 where something of the agent had to be left. */
export async function runUninstallCommand(
  argv: readonly string[],
  { print, say }: Speaker,
  findManager = serviceManager,
): Promise<number> {
  const flags = readFlags(argv);
  const here = await findThisAgent(flags.data);
  const { place, record, dataFolder } = here;
  await requireOwnFolder(dataFolder);
  const { manager } = await managedBy(dataFolder, findManager);
  const service = await manager?.status();
  const hasService = service?.installed === true;
  if (!(await isHere(here, hasService))) {
    say(
      `Nothing of Meshdeck is here: no service, no program of a hub's line, and no agent's data in ${dataFolder}.`,
    );
    return 0;
  }
  const jobs = await jobsIn(dataFolder);
  const pid = await lockHolder(dataFolder);
  if (flags.yes !== true && !(await agree(pid === undefined ? 0 : jobs, dataFolder))) {
    say('Nothing was removed.');
    return 1;
  }
  const pin = await readPin(dataFolder).catch(() => undefined);
  const name = (await readLiveState(dataFolder))?.name;
  const group = pid === undefined ? undefined : dividedGroup(pid);
  const removed: string[] = [];
  const left: Removal['left'] = [];
  /** Paths in its own folders that could not go. */
  let kept = 0;
  if (hasService) {
    await manager?.uninstall();
    removed.push(`the service (${service.where})`);
  }
  if ((await stopAgent(dataFolder)) !== undefined || pid !== undefined)
    removed.push(`the process ${pid ?? ''}`);
  if (group !== undefined) removed.push(...removeGroups(group));

  if (flags.keepData === true)
    left.push({ path: dataFolder, why: '--keep-data; with it this machine is the same one again' });
  else {
    const data = await tellingFiles(dataFolder, () => removeDataFolder(dataFolder));
    removed.push(
      ...data.removed,
      ...(data.left.length === 0 ? await removeMade(dataFolder, record?.made ?? []) : []),
    );
    left.push(...data.left);
    kept += data.left.length;
  }
  if (place === undefined)
    left.push({ path: 'the program', why: 'no hub’s line installed it (a checkout, or a package of npm’s)' });
  else {
    const { prefix } = place;
    if (record?.link != null && (await unlinkCommand(record.link, prefix))) removed.push(record.link);
    const program = await tellingFiles(prefix, () => removeProgram(prefix));
    removed.push(
      ...program.removed,
      ...(program.left.length === 0 ? await removeMade(prefix, record?.made ?? []) : []),
    );
    left.push(...program.left);
    kept += program.left.length;
  }
  left.push(...(await notOurs()));
  for (const path of removed) print(`removed  ${path}`);
  for (const { path, why } of left) print(`left     ${path}: ${why}`);
  if (pin?.joined === true)
    say(
      `${pin.hubName} still lists this machine, as one that went offline. Its admin takes it off the list: meshdeck nodes remove ${name ?? 'NAME'}`,
    );
  return kept === 0 ? 0 : 1;
}
