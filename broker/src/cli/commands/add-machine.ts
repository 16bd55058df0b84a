import { formatDuration, joinLines, MeshdeckError } from '@meshdeck/shared';
import type { Command } from 'commander';
import { connect, listingCommand, type CommandContext, type HubOptions } from '../context.js';
import { jsonText } from '../text/json-text.js';
import { parseCount, parseDurationSeconds } from '../text/parse-arguments.js';

interface AddOptions extends HubOptions {
  uses: number;
  ttl: number;
  address?: string;
}

/** `meshdeck nodes add`: a fresh join token as one line per system, to paste on the machine. */
export function addAddMachineCommand(nodes: Command, context: CommandContext): void {
  const { terminal } = context;
  listingCommand(nodes, 'add', 'print one line per system that installs the agent from this hub and joins')
    .option('--uses <n>', 'how many machines may join with it', parseCount, 1)
    .option('--ttl <duration>', 'how long it is valid: 15m, 1h, 7d', parseDurationSeconds, 3600)
    .option(
      '--address <host:port>',
      "the hub's address as the machine sees it; its first network interface if not said",
    )
    .action(async (options: AddOptions) => {
      const client = connect(context, options);
      const { tls } = await client.hub.view();
      const created = await client.joinTokens.create({
        body: { uses: options.uses, ttlSeconds: options.ttl },
      });
      const lines = joinLines(created.token, options.address ?? new URL(tls).host);
      if (lines === null) throw new MeshdeckError('internal', 'The hub has no address for machines.');
      if (options.json === true) {
        terminal.print(jsonText({ ...created, lines }));
        return;
      }
      const machines = created.uses === 1 ? 'one machine' : `${created.uses} machines`;
      terminal.note(
        `For ${machines}, for ${formatDuration(options.ttl * 1000)}. The machine needs Node.js 20.19 or newer.`,
      );
      terminal.note(
        '\nLinux and macOS ("sudo sh" in place of "sh" starts it with the machine, for all users):',
      );
      terminal.print(lines.shell);
      terminal.note('\nWindows, in PowerShell (as administrator to start it with the machine):');
      terminal.print(lines.powershell);
    });
}
