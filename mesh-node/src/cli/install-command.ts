import { readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { MeshdeckError } from '@meshdeck/shared';
import { fastPathsRemark, makeFolder } from '@meshdeck/shared/runtime';
import { Command } from 'commander';
import { linkCommand, typedCommand, writeCommand } from '../install/command.js';
import { firstMissing, refuseStrangeFolder } from '../install/data-files.js';
import { tellingFiles } from '../install/file-sentence.js';
import {
  installingName,
  makeCurrent,
  placeOf,
  programOf,
  readRecord,
  removeReleases,
  writeRecord,
  type Place,
} from '../install/place.js';
import { restartAgent, untilJoined, untilRunning } from '../install/running.js';
import { shellWord } from '../install/shell-word.js';
import { managedBy } from '../install/this-agent.js';
import { serviceManager } from '../os-service/this-machine.js';
import { lockHolder } from '../storage/folder-lock.js';
import { readSettings, writeSettings } from '../storage/settings.js';
import { addAgentOptions, configOf, withJoinToken, type Flags } from './command-line.js';
import { keptSettings } from './kept-settings.js';
import type { Speaker } from './terminal.js';

const runningWithinMs = 30_000;
const joinedWithinMs = 30_000;

/** Puts the release in its place: the record, the command and its link. Gives what to type from now on. */
async function settle(place: Place, dataFolder: string, made: readonly string[]): Promise<string> {
  const { prefix } = place;
  const facts = { prefix, node: process.execPath, program: programOf(place), dataFolder };
  return tellingFiles(prefix, async () => {
    const before = await readRecord(place);
    const marker = join(prefix, installingName);
    const lines = (await readFile(marker, 'utf8').catch(() => '')).split('\n').filter(Boolean);
    await makeCurrent(place);
    await writeCommand(facts);
    const link = await linkCommand(prefix);
    await writeRecord(place, {
      dataFolder,
      node: process.execPath,
      link: link ?? before?.link ?? null,
      made: [...new Set([...(before?.made ?? []), ...lines, ...made])],
    });
    await rm(marker, { force: true });
    await removeReleases(prefix, [place.release]);
    return typedCommand(prefix, link);
  });
}

/** Waits for the agent to run, then to be let in, and says both. Gives the exit code. */
async function watchIt(
  dataFolder: string,
  before: number | undefined,
  typed: string,
  { say }: Speaker,
): Promise<number> {
  const log = join(dataFolder, 'agent.log');
  const words = `${shellWord(log)}, or: journalctl -u meshdeck-node (--user-unit where you are not root)`;
  const running = await untilRunning(dataFolder, runningWithinMs, before);
  if (running === undefined) {
    say(
      `It does not run after ${runningWithinMs / 1000} s. Its own words say why: see ${words}. Mend that, and paste the line again.`,
    );
    return 1;
  }
  say(`It runs (process ${running.pid}). Waiting up to ${joinedWithinMs / 1000} s for the hub to let it in.`);
  const state = await untilJoined(dataFolder, joinedWithinMs);
  if (state?.link === 'joined') {
    say(`this machine has joined ${state.hubName ?? 'its hub'}`);
    return 0;
  }
  if (state?.link === 'pending') {
    say(
      `It waits for approval: the admin of ${state.hubName ?? 'the hub'} approves it with the code ${state.code ?? ''}.`,
    );
    return 0;
  }
  say(
    `It runs, and has not joined within ${joinedWithinMs / 1000} s; it goes on trying. See what is in the way with: ${typed} status`,
  );
  return 1;
}

/** `meshdeck-node install`: what a hub's line runs once the program lies in its folder. Gives the exit code. */
export async function runInstallCommand(
  argv: readonly string[],
  speaker: Speaker,
  findManager = serviceManager,
): Promise<number> {
  const { say } = speaker;
  const command = addAgentOptions(new Command('meshdeck-node install'))
    .description(
      'Makes the agent that a hub’s line has fetched the one of this machine: its command, its start, its first join.',
    )
    .allowExcessArguments(false)
    .exitOverride((error) => {
      throw error;
    })
    .parse(['', '', ...argv.slice(3)]);
  const flags = await withJoinToken(command.opts<Flags>());
  const place = await placeOf(process.argv[1] ?? '');
  if (place === undefined)
    throw new MeshdeckError(
      'invalid-request',
      '"install" belongs to the line of the hub, which fetches the agent first. Here it is started with "meshdeck-node", or with the machine by "meshdeck-node service install".',
    );
  const dataFolder = resolve(flags.data);
  await refuseStrangeFolder(dataFolder);
  const missing = await firstMissing(dataFolder);
  const kept = await readSettings(dataFolder);
  const unused = fastPathsRemark(configOf(flags, kept).fastPaths);
  if (unused !== null) say(unused);
  await tellingFiles(dataFolder, async () => {
    await makeFolder(dataFolder);
    await writeSettings(dataFolder, keptSettings(flags, kept));
  });
  const typed = await settle(place, dataFolder, missing === undefined ? [] : [missing]);

  const { manager, why } = await managedBy(dataFolder, findManager);
  const before = await lockHolder(dataFolder);
  if (before !== undefined) say(`The agent that runs here (process ${before}) is started anew.`);
  const spec = { node: process.execPath, program: programOf(place), dataFolder };
  const remark = await restartAgent(spec, manager);
  if (manager === undefined) {
    say(`It cannot start by itself here: ${why ?? ''}.`);
    say(
      `It was started now, and its words go to ${join(dataFolder, 'agent.log')}. After a reboot start it with: ${typed} (as by a line "@reboot ${typed}" of crontab -e).`,
    );
  } else say(`Installed and started by ${manager.name}.${remark === undefined ? '' : ` ${remark}`}`);
  const code = await watchIt(dataFolder, before, typed, speaker);
  say(`From now on: ${typed} status, ${typed} update, ${typed} uninstall.`);
  return code;
}
