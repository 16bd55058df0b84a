import type { Command } from 'commander';
import type { Environment } from '../config/index.js';
import { createConnection } from './api/connection.js';
import { createApi, type Api } from './api/transport.js';
import type { Terminal } from './terminal.js';
import { jsonText } from './text/json-text.js';

/** What every command is given. */
export interface CommandContext {
  terminal: Terminal;
  env: Environment;
  /** Unix ms. */
  now: () => number;
  /** Hears Ctrl-C and termination; hands back the disposer. */
  onInterrupt(listener: () => void): () => void;
  /** Ends the process at once. */
  leave(exitCode: number): void;
}

/** The options every command that talks to a hub has. */
export interface HubOptions {
  data?: string;
  hub?: string;
  fingerprint?: string;
  json?: boolean;
}

/** Adds a subcommand that talks to a hub. */
export function hubCommand(parent: Command, usage: string, description: string): Command {
  return parent
    .command(usage)
    .description(description)
    .option('--data <dir>', "data folder of this machine's hub (MESHDECK_DATA)")
    .option(
      '--hub <url>',
      'a hub elsewhere, https://HUB:7443, with your API key in MESHDECK_TOKEN (MESHDECK_HUB)',
    )
    .option(
      '--fingerprint <sha256>',
      'certificate of the hub at an https address, where nobody vouches for it (MESHDECK_FINGERPRINT)',
    );
}

/** The same, for commands that list or show: they print JSON when asked. */
export function listingCommand(parent: Command, usage: string, description: string): Command {
  return hubCommand(parent, usage, description).option('--json', 'print JSON');
}

export function connect(context: CommandContext, options: HubOptions): Api {
  return createApi(createConnection({ ...options, env: context.env }));
}

/** JSON where it was asked for, else what `show` makes of it. */
export function answer<Value>(
  context: CommandContext,
  options: HubOptions,
  value: Value,
  show: (value: Value) => string,
): void {
  context.terminal.print(options.json === true ? jsonText(value) : show(value));
}
