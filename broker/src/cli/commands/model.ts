import { writeFile } from 'node:fs/promises';
import { compareModels, MeshdeckError } from '@meshdeck/shared';
import type { Command } from 'commander';
import { answer, connect, listingCommand, type CommandContext, type HubOptions } from '../context.js';
import { checkOutput } from '../run/files.js';
import { comparedText, modelText } from '../views/model.js';

interface ModelOptions extends HubOptions {
  at?: string;
  against?: string;
  example?: string;
}

/** `apps model`: what a model is, what changed in it, and a table to try it on. */
export function addModelCommand(apps: Command, context: CommandContext): void {
  const { terminal } = context;
  listingCommand(apps, 'model <name>', 'what a model takes and gives, as its file tells')
    .option('--at <version>', 'an older version of it')
    .option('--against <version>', 'compare with this version: show what differs')
    .option('--example <file.csv>', 'write a table to try it with')
    .action(async (name: string, options: ModelOptions) => {
      if (options.example !== undefined) await checkOutput(options.example);
      const client = connect(context, options);
      const model = await client.apps.model({ name, version: options.at });
      if (options.example !== undefined) {
        const { csv, note } = model.facts?.example ?? { csv: null, note: model.problem ?? '' };
        if (csv === null) throw new MeshdeckError('model-unsupported', note);
        await writeFile(options.example, csv);
        answer(context, options, model, () => `Wrote ${options.example}. ${note}`);
        return;
      }
      if (options.against === undefined) {
        answer(context, options, model, () => modelText(model, terminal));
        return;
      }
      const before = await client.apps.model({ name, version: options.against });
      const compared = {
        before: before.version,
        after: model.version,
        changes: compareModels(before, model),
      };
      answer(context, options, compared, () => comparedText(before, model, terminal));
    });
}
