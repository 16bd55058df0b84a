import type { PredictionKind } from '@meshdeck/shared';
import { Option, type Command } from 'commander';
import { answer, connect, listingCommand, type CommandContext, type HubOptions } from '../context.js';
import { summaryText } from '../views/summary.js';

interface SummaryOptions extends HubOptions {
  truth?: string;
  against?: string;
  prediction?: string;
  as?: PredictionKind;
}

export function addSummaryCommand(jobs: Command, context: CommandContext): void {
  listingCommand(
    jobs,
    'summary <job>',
    'what a result is worth: accuracy or error, what was predicted, the least sure rows, drift',
  )
    .option('--truth <column>', 'the column that holds the truth; none for no comparison')
    .option('--against <job>', "compare its table with this job's instead of the app's earlier tables")
    .option('--prediction <column>', 'the prediction column, if several could be it')
    .addOption(
      new Option('--as <kind>', 'read the prediction as classes or as numbers').choices([
        'classes',
        'numbers',
      ]),
    )
    .action(async (id: string, options: SummaryOptions) => {
      const { truth, against, prediction, as } = options;
      const summary = await connect(context, options).jobs.summary({ id, truth, against, prediction, as });
      answer(context, options, summary, () => summaryText(summary, context.terminal));
    });
}
