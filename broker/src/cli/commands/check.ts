import { fromFailure, MeshdeckError } from '@meshdeck/shared';
import type { Command } from 'commander';
import { connect, listingCommand, type CommandContext, type HubOptions } from '../context.js';
import { chooseApp, type ChosenApp } from '../run/choose-app.js';
import { findInput, type InputFile } from '../run/files.js';
import {
  askedReading,
  requireSomethingToRemember,
  withRememberedReading,
  type ReadingFlags,
} from '../run/reading-options.js';
import { rememberReading } from '../run/remember-reading.js';
import { sendTableToCheck } from '../run/send-table.js';
import type { Api } from '../api/transport.js';
import { jsonText } from '../text/json-text.js';
import { checkText } from '../views/reading.js';

interface CheckOptions extends HubOptions, ReadingFlags {
  input?: string;
  sheet?: string;
}

/** The table as a dry run takes it: a file here, or the sample's own. */
async function tableOf(
  client: Api,
  app: ChosenApp,
  { file, footer }: { file: InputFile | undefined; footer: CheckOptions['footer'] },
  signal: AbortSignal,
) {
  const withEnd = typeof (footer ?? app.reading.footer) !== 'number';
  if (file !== undefined) return sendTableToCheck(client, file, { signal, withEnd });
  if (app.input !== undefined) return { sha256: app.input.sha256, name: app.input.name };
  throw new MeshdeckError('invalid-request', 'Name the table to look at with --input.');
}

export function addCheckCommand(program: Command, context: CommandContext): void {
  const check = listingCommand(
    program,
    'check <what>',
    'say how a table or pictures would be read and what the first would give, without running it',
  )
    .addHelpText(
      'after',
      '\nWHAT is a .onnx file, an app folder, a .zip or .tar.gz, or the name of an app or sample.\nEnds with 1 where the table or the model is refused.',
    )
    .option(
      '--input <file.csv>',
      'the table, of a large CSV only the first rows; or pictures: a folder, .zip, .jpg or .png',
    )
    .option('--sheet <name>', 'the sheet of a workbook that holds the table');
  withRememberedReading(check).action(async (what: string, options: CheckOptions) => {
    const { terminal } = context;
    const reading = askedReading(options);
    requireSomethingToRemember(options);
    const file = options.input === undefined ? undefined : await findInput(options.input);
    const client = connect(context, options);
    const leaving = new AbortController();
    const stopListening = context.onInterrupt(() => leaving.abort());
    try {
      const app = await chooseApp(client, what, { signal: leaving.signal, note: terminal.note });
      if (app.whose !== undefined) terminal.note(app.whose);
      const input = await tableOf(client, app, { file, footer: options.footer }, leaving.signal);
      const answer = await client.checks.run(
        {
          body: {
            app: { name: app.ref, version: app.version },
            input: { ...input, ...(options.sheet !== undefined && { sheet: options.sheet }) },
            ...(reading !== undefined && { reading }),
          },
        },
        { signal: leaving.signal },
      );
      if (options.json === true) terminal.print(jsonText(answer));
      else terminal.print(checkText({ app: app.title, table: input.name }, answer, terminal));
      if (answer.failure !== null) throw fromFailure(answer.failure);
      await rememberReading(client, terminal, app, options);
    } catch (error) {
      if (leaving.signal.aborted) throw new MeshdeckError('cancelled', 'Cancelled.', { cause: error });
      throw error;
    } finally {
      stopListening();
    }
  });
}
