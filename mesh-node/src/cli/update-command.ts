import { basename, dirname, join } from 'node:path';
import { MeshdeckError, meshdeckVersion } from '@meshdeck/shared';
import { Command } from 'commander';
import { typedCommand, writeCommand } from '../install/command.js';
import { jobsIn, requireOwnFolder } from '../install/data-files.js';
import { tellingFiles } from '../install/file-sentence.js';
import { askForPackage } from '../install/hub-package.js';
import { makeCurrent, programOf, releaseName, removeReleases, type Place } from '../install/place.js';
import { restartAgent, untilJoined, untilRunning } from '../install/running.js';
import { findThisAgent, managedBy, readPin } from '../install/this-agent.js';
import { isOlder } from '../install/version-order.js';
import { loadIdentity } from '../join/identity.js';
import { serviceManager } from '../os-service/this-machine.js';
import { lockHolder } from '../storage/folder-lock.js';
import { readLiveState } from '../storage/live-state.js';
import { readSettings } from '../storage/settings.js';
import type { Speaker } from './terminal.js';

interface UpdateFlags {
  data?: string;
  force?: boolean;
  restart?: boolean;
  within: number;
}

function readFlags(argv: readonly string[]): UpdateFlags {
  const flags = new Command('meshdeck-node update')
    .description(
      'Fetches the agent of this machine’s own hub where it is another one, starts it, and goes back to the one of before if it does not come up.',
    )
    .option('--data <folder>', 'the agent’s data folder')
    .option('--force', 'take the hub’s agent though it is older, or the same')
    .option('--restart', 'start the agent anew where it is up to date, too')
    .option('--within <seconds>', 'how long the new one may take to come up', Number, 60)
    .allowExcessArguments(false)
    .exitOverride((error) => {
      throw error;
    })
    .parse(['', '', ...argv.slice(3)])
    .opts<UpdateFlags>();
  if (Number.isInteger(flags.within) && flags.within >= 1 && flags.within <= 3600) return flags;
  throw new MeshdeckError('invalid-config', '--within needs a whole number of seconds from 1 to 3600.');
}

/** `meshdeck-node update`. Gives the exit code. */
export async function runUpdateCommand(
  argv: readonly string[],
  { say }: Speaker,
  findManager = serviceManager,
): Promise<number> {
  const flags = readFlags(argv);
  const { place, record, dataFolder } = await findThisAgent(flags.data);
  await requireOwnFolder(dataFolder);
  if (place === undefined)
    throw new MeshdeckError(
      'invalid-request',
      `This program was not installed by a hub's line (it lies in ${dirname(process.argv[1] ?? '')}), so it is updated the way it came: a checkout by "git pull", a package by npm.`,
    );
  const pin = await readPin(dataFolder);
  if (pin?.joined !== true)
    throw new MeshdeckError(
      'pairing-required',
      'This machine belongs to no hub yet, so there is nobody to fetch an agent from. See "status".',
    );
  const identity = await loadIdentity({
    file: join(dataFolder, 'identity.json'),
    create: () =>
      Promise.reject(
        new MeshdeckError('not-found', `The identity of this machine is missing from ${dataFolder}.`),
      ),
  });
  const { hub } = await readSettings(dataFolder);
  const offered = await askForPackage({ pin, identity, hub, signal: AbortSignal.timeout(30 * 60_000) });
  const { facts } = offered;
  const name = releaseName(facts);

  const { manager } = await managedBy(dataFolder, findManager);
  const startOf = (what: Place) => ({ node: process.execPath, program: programOf(what), dataFolder });
  /** Starts what is current and tells whether it came up. */
  async function comesUp(what: Place, withinMs: number): Promise<boolean> {
    const before = await lockHolder(dataFolder);
    const was = await readLiveState(dataFolder);
    await restartAgent(startOf(what), manager);
    const until = Date.now() + withinMs;
    if ((await untilRunning(dataFolder, withinMs, before)) === undefined) return false;
    // One that runs and no longer reaches the hub it reached before is as good as none.
    if (was?.link !== 'joined') return true;
    return (await untilJoined(dataFolder, Math.max(0, until - Date.now())))?.link === 'joined';
  }
  const running = async () =>
    (await lockHolder(dataFolder)) === undefined ? 'It does not run now.' : 'It runs.';

  const isSame = basename(place.release) === name;
  const older = isOlder(facts.version, meshdeckVersion);
  if (flags.force !== true && (isSame || older)) {
    say(
      isSame
        ? `It is up to date: version ${facts.version}, as ${pin.hubName} has it.`
        : `${pin.hubName} has version ${facts.version}, which is older than the one here (${meshdeckVersion}). Nothing was changed; --force takes it all the same.`,
    );
    if (flags.restart !== true) return 0;
    const isUp = await comesUp(place, flags.within * 1000);
    say(
      isUp
        ? 'It was started anew, and runs.'
        : `It does not come up within ${flags.within} s; "status" says more.`,
    );
    return isUp ? 0 : 1;
  }
  const jobs = await jobsIn(dataFolder);
  if (jobs > 0) say(`${jobs} ${jobs === 1 ? 'job' : 'jobs'} at work here begin again after the update.`);
  say(`Fetching the agent ${facts.version} from ${pin.hubName}.`);
  const next: Place = { prefix: place.prefix, release: join(place.prefix, name) };
  /** The command names its program on Windows, where nothing points to the current one. */
  async function swap(to: Place): Promise<void> {
    await tellingFiles(to.prefix, async () => {
      await makeCurrent(to);
      await writeCommand({ ...startOf(to), prefix: to.prefix });
    });
  }
  if (isSame) {
    say('The agent of the hub is the one here; it is only started anew.');
  } else {
    await tellingFiles(place.prefix, () => offered.unpackTo(next.release));
    await swap(next);
  }
  if (await comesUp(next, flags.within * 1000)) {
    await removeReleases(place.prefix, [next.release]);
    say(`Updated to version ${facts.version} (${name}), and it runs.`);
    return 0;
  }
  if (isSame) {
    say(
      `It does not come up within ${flags.within} s; "${typedCommand(place.prefix, record?.link ?? null)} status" says more.`,
    );
    return 1;
  }
  say(`The new agent did not come up within ${flags.within} s: the one of before is put back.`);
  await swap(place);
  const isBack = await comesUp(place, flags.within * 1000);
  await removeReleases(place.prefix, [place.release]);
  say(
    isBack
      ? `Version ${meshdeckVersion} runs again. Tell the hub's admin that its agent ${facts.version} does not run here; the words it said are in ${join(dataFolder, 'agent.log')}.`
      : `Version ${meshdeckVersion} is back in its place. ${await running()} See "${typedCommand(place.prefix, record?.link ?? null)} status".`,
  );
  return 1;
}
