import type { Command } from 'commander';
import {
  answer,
  connect,
  hubCommand,
  listingCommand,
  type CommandContext,
  type HubOptions,
} from '../context.js';
import { wholeSweep } from '../run/run-sweep.js';
import { sweepTable } from '../views/sweep.js';

interface ShowOptions extends HubOptions {
  sort: string;
  descending?: boolean;
}

export function addSweepCommands(program: Command, context: CommandContext): void {
  const { terminal } = context;
  const sweeps = program.command('sweeps').description('jobs that differ in their parameters');

  listingCommand(sweeps, 'show <sweep>', 'its jobs side by side')
    .option('--sort <column>', 'number, state, duration, param:NAME or figure:NAME', 'number')
    .option('--descending', 'the largest first')
    .action(async (id: string, { sort, descending, ...options }: ShowOptions) => {
      const view = await wholeSweep(connect(context, options), id, {
        sort,
        ...(descending === true && { descending }),
      });
      answer(context, options, view, () => sweepTable(view, terminal));
    });

  hubCommand(sweeps, 'cancel <sweep>', 'stop all its jobs that have not ended').action(
    async (id: string, options: HubOptions) => {
      const { cancelled } = await connect(context, options).sweeps.cancel({ id });
      terminal.print(`${cancelled} ${cancelled === 1 ? 'job is' : 'jobs are'} cancelled.`);
    },
  );
}
