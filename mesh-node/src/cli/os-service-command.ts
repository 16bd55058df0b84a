import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { cleanJson } from '@meshdeck/shared';
import { Command } from 'commander';
import { openHubPin } from '../join/hub-pin.js';
import type { ServiceManager } from '../os-service/service-manager.js';
import { serviceManager } from '../os-service/this-machine.js';
import { writeSettings } from '../storage/settings.js';
import { fastPathsRemark, makeFolder } from '@meshdeck/shared/runtime';
import { isLocked } from '../storage/folder-lock.js';
import { addAgentOptions, configOf, fastPathsOf, withJoinToken, type Flags } from './command-line.js';

/** There is nothing here that starts programs by itself. */
export const noServiceManager = 3;

interface Speaker {
  print: (text: string) => void;
  say: (sentence: string) => void;
}

/** `'` around a word for a shell, for people to copy. */
const shellWord = (word: string) =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

/** Whether this machine is in, by its own notes. */
async function membership(dataFolder: string): Promise<{ joined: boolean; hubName: string | null }> {
  const pin = (await openHubPin(join(dataFolder, 'hub.json'))).current();
  return { joined: pin?.joined === true, hubName: pin?.hubName ?? null };
}

/** `meshdeck-node service ...`: starts this agent by itself, or ends that. Gives the exit code. */
export async function runOsServiceCommand(
  argv: readonly string[],
  { print, say }: Speaker,
  findManager: () => Promise<ServiceManager | undefined> = serviceManager,
): Promise<number> {
  let exitCode = 0;
  const program = process.argv[1] ?? '';

  /** A manager that works here; otherwise says why there is none. */
  async function usable(): Promise<ServiceManager | undefined> {
    const manager = await findManager();
    const why =
      manager === undefined ? 'this system has no service manager Meshdeck knows' : await manager.unusable();
    if (manager !== undefined && why === undefined) return manager;
    say(`It cannot start by itself here: ${why ?? ''}.`);
    exitCode = noServiceManager;
    return undefined;
  }

  const command = new Command('meshdeck-node service')
    .description(
      'Runs the agent as a service of this system: it starts with the machine and again if it ends.',
    )
    .exitOverride((error) => {
      throw error;
    });

  addAgentOptions(command.command('install'))
    .description('install and start the service with these settings; the data folder keeps them')
    .action(async (given: Flags) => {
      const flags = await withJoinToken(given);
      const config = configOf(flags);
      const unused = fastPathsRemark(config.fastPaths);
      if (unused !== null) say(unused);
      const dataFolder = resolve(config.dataFolder);
      await makeFolder(dataFolder);
      await writeSettings(dataFolder, settingsOf(flags));
      const manager = await usable();
      if (manager === undefined) {
        const words = [process.execPath, program, '--data', dataFolder].map(shellWord).join(' ');
        say(`Its settings are kept. Start it with: ${words}`);
        return;
      }
      const remark = await manager.install({ node: process.execPath, program, dataFolder });
      say(`Installed and started by ${manager.name}.${remark === undefined ? '' : ` ${remark}`}`);
    });

  command
    .command('uninstall')
    .description('stop the agent and remove the service; keeps its data folder')
    .action(async () => {
      const manager = await usable();
      if (manager === undefined) return;
      await manager.uninstall();
      say(`Stopped, and started no more by ${manager.name}.`);
    });

  addAgentOptions(command.command('status'))
    .description('show whether it is installed, runs and belongs to a hub; exits 0 if it runs and has joined')
    .option('--wait <seconds>', 'wait up to this many seconds for it to join', Number, 0)
    .option('--json', 'print JSON')
    .action(async (flags: Flags & { wait: number; json?: boolean }) => {
      const dataFolder = resolve(configOf(flags).dataFolder);
      const until = Date.now() + flags.wait * 1000;
      let state = await membership(dataFolder);
      while (!state.joined && Date.now() < until) {
        await wait(250);
        state = await membership(dataFolder);
      }
      const manager = await findManager();
      const usableManager =
        manager !== undefined && (await manager.unusable()) === undefined ? manager : undefined;
      const service = (await usableManager?.status()) ?? null;
      const running = service?.running === true || (await isLocked(dataFolder));
      if (flags.json === true) print(cleanJson(JSON.stringify({ ...state, running, service, dataFolder })));
      else {
        print(`service  ${service?.installed === true ? service.where : 'not installed'}`);
        print(`running  ${running ? 'yes' : 'no'}`);
        print(
          `hub      ${state.hubName === null ? 'none yet' : `${state.hubName}${state.joined ? '' : ' (not joined)'}`}`,
        );
      }
      if (!running || !state.joined) exitCode = 1;
    });

  await command.parseAsync([...argv.slice(0, 2), ...argv.slice(3)]);
  return exitCode;
}

function settingsOf(flags: Flags) {
  const { hub, join: token, interface: insist, name, slots, label, mdns, allowSourceBuilds } = flags;
  const fastPaths = fastPathsOf(flags);
  return {
    ...(hub === undefined ? {} : { hub }),
    ...(token === undefined ? {} : { token }),
    ...(insist === undefined ? {} : { interface: insist }),
    ...(name === undefined ? {} : { name }),
    ...(slots === undefined ? {} : { slots }),
    ...(Object.keys(label).length === 0 ? {} : { labels: label }),
    ...(mdns ? {} : { mdns }),
    ...(allowSourceBuilds === true ? { sourceBuilds: true } : {}),
    ...(fastPaths === undefined ? {} : { fastPaths }),
  };
}
