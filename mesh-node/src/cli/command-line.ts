import { meshdeckVersion } from '@meshdeck/shared';
import { Command, Option } from 'commander';
import { defaultHubPort } from '../join/hub-address.js';
import { defaultDataFolder, parseAgentConfig, type AgentConfig } from '../agent-config.js';
import { readJoinToken } from './join-secret.js';
import { readSettings, type Settings } from '../storage/settings.js';

/** NaN for what is no whole number: the schema refuses it with the others. */
function parseWhole(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : Number.NaN;
}

/** A label without `=` gets an empty key: the schema refuses it with the others. */
function parseLabel(text: string, labels: Record<string, string>): Record<string, string> {
  const at = text.indexOf('=');
  return at < 0 ? { ...labels, '': text } : { ...labels, [text.slice(0, at)]: text.slice(at + 1) };
}

export interface Flags {
  data: string;
  hub?: string;
  join?: string;
  joinFile?: string;
  interface?: string;
  name?: string;
  slots?: number;
  allowSourceBuilds?: boolean;
  benchmarkSeconds?: number;
  fastPaths?: string;
  label: Record<string, string>;
  mdns: boolean;
  ask?: boolean;
  forgetHub?: boolean;
}

export function addAgentOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--data <folder>', 'where this agent keeps its identity and files')
        .env('MESHDECK_NODE_DATA')
        .default(defaultDataFolder()),
    )
    .option(
      '--hub <url>',
      `the hub, such as https://192.168.1.10:${defaultHubPort} or its name alone (port ${defaultHubPort} then); without it the network is searched`,
    )
    .addOption(
      new Option(
        '--join <token>',
        'a token from "meshdeck join-token create"; - reads it from standard input, where nobody else sees it',
      ).env('MESHDECK_JOIN'),
    )
    .option('--join-file <path>', 'a file with such a token')
    .option('--interface <address>', 'search on this network interface (address or name) only')
    .option('--name <name>', 'what the hub calls this machine; its host name by default')
    .option('--slots <n>', 'jobs at a time; half of the cores by default', parseWhole)
    .option('--label <key=value>', 'a label for choosing machines; repeatable', parseLabel, {})
    .addOption(
      new Option(
        '--allow-source-builds',
        'let packages that apps ask for be built from source here; without it, only wheels are installed',
      ).env('MESHDECK_ALLOW_SOURCE_BUILDS'),
    )
    .addOption(
      new Option(
        '--fast-paths <which>',
        'what is done only to be quick: on, off, or names of what to switch off (docs/performance.md)',
      ).env('MESHDECK_FAST_PATHS'),
    )
    .option('--no-mdns', 'do not search or announce on the network');
}

/** The flags with the join token in `join`, wherever it came from. */
export async function withJoinToken<T extends Flags>(flags: T): Promise<T> {
  const join = await readJoinToken(flags);
  return { ...flags, ...(join === undefined ? {} : { join }) };
}

/** An empty variable of the environment is none, as to the hub. */
export const fastPathsOf = ({ fastPaths }: Flags): string | undefined =>
  fastPaths === '' ? undefined : fastPaths;

/** The settings as `parseAgentConfig` takes them; what was kept for a service counts where no flag is given. */
export function configOf(flags: Flags, kept: Settings = {}): AgentConfig {
  const name = flags.name ?? kept.name;
  const slots = flags.slots ?? kept.slots;
  const fastPaths = fastPathsOf(flags) ?? kept.fastPaths;
  return parseAgentConfig({
    dataFolder: flags.data,
    hub: flags.hub ?? kept.hub,
    token: flags.join ?? kept.token,
    interface: flags.interface ?? kept.interface,
    ...(name === undefined ? {} : { name }),
    ...(slots === undefined ? {} : { slots }),
    ...(flags.benchmarkSeconds === undefined ? {} : { benchmarkSeconds: flags.benchmarkSeconds }),
    ...(fastPaths === undefined ? {} : { fastPaths }),
    labels: { ...kept.labels, ...flags.label },
    mdns: flags.mdns && kept.mdns !== false,
    sourceBuilds: flags.allowSourceBuilds ?? kept.sourceBuilds ?? false,
    ...(flags.ask === undefined ? {} : { ask: flags.ask }),
  });
}

/** The flags of `meshdeck-node`. commander itself ends the process on `--help`, `--version` and wrong usage (status 2). */
export async function readCommandLine(
  argv: readonly string[],
): Promise<AgentConfig & { forgetHub: boolean }> {
  const command = addAgentOptions(new Command('meshdeck-node'))
    .description('Makes this machine part of a Meshdeck mesh: it finds the hub, joins, and runs its jobs.')
    .version(meshdeckVersion)
    .option(
      '--ask',
      'ask here, too, whether the codes are the same, before trusting a hub met for the first time',
    )
    .option(
      '--no-ask',
      'trust whichever hub says that it has approved this machine; so it is without a terminal or --ask',
    )
    .option(
      '--benchmark-seconds <n>',
      'how long the benchmark counts; 3 by default, less is less exact',
      parseWhole,
    )
    .option('--forget-hub', 'forget the hub of this machine and stop; the next start joins again')
    .addHelpText(
      'after',
      '\nTo start it with the machine: meshdeck-node service install [options]; also "service status" and "service uninstall".',
    )
    .allowExcessArguments(false)
    .exitOverride((error) => {
      throw error;
    })
    .parse(argv as string[]);
  const given = command.opts<Flags>();
  const flags = await withJoinToken(given);
  return { ...configOf(flags, await readSettings(flags.data)), forgetHub: flags.forgetHub === true };
}
