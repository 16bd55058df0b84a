import { jobOptionsSchema, jobPriorities, MeshdeckError, protectionNeedSchema } from '@meshdeck/shared';
import { Option, type Command } from 'commander';
import type * as z from 'zod';
import { connect, listingCommand, type CommandContext, type HubOptions } from '../context.js';
import { chooseApp } from '../run/choose-app.js';
import { checkOutput, findInput } from '../run/files.js';
import { resultLine, runJob, type RunRequest } from '../run/run-job.js';
import { jsonText } from '../text/json-text.js';
import { collectPairs, parseCount, parseDurationSeconds, parseShards } from '../text/parse-arguments.js';

export interface RunOptions extends HubOptions {
  input?: string;
  out?: string;
  timeout?: number;
  node?: string;
  label?: Record<string, string>;
  attempts?: number;
  shards?: number | 'auto';
  priority?: string;
  protection?: string;
  detach?: boolean;
  verbose?: boolean;
}

/** The options of everything that runs a job. */
export function withRunOptions(command: Command): Command {
  return withJobOptions(command)
    .option('--detach', 'print the job and leave it running')
    .option('--verbose', 'show what the app prints');
}

/** What a job may ask for. */
export function withJobOptions(command: Command): Command {
  return command
    .option('--timeout <duration>', 'stop it after this long: 90, 15m, 1h', parseDurationSeconds)
    .option('--node <machine>', 'run on this machine only')
    .option('--label <key=value>', 'run only where this label is set; may be given again', collectPairs)
    .option('--attempts <n>', 'how often it may be tried', parseCount)
    .option('--shards <auto|n>', 'split the table over machines, into n parts or as many as pay', parseShards)
    .addOption(new Option('--priority <level>', 'before or after other work').choices(jobPriorities))
    .addOption(
      new Option(
        '--protection <level>',
        'only machines measured to be protected from their jobs so well',
      ).choices(protectionNeedSchema.options),
    );
}

/** What was asked for on the command line, as `schema` takes it; what was not asked for is left to it. */
export function askedOptions<Schema extends z.ZodType>(options: RunOptions, schema: Schema): z.infer<Schema> {
  const asked = schema.safeParse({
    timeoutSeconds: options.timeout,
    nodeId: options.node,
    labels: options.label,
    maxAttempts: options.attempts,
    shards: options.shards,
    priority: options.priority,
    protection: options.protection,
  });
  if (asked.success) return asked.data;
  const issue = asked.error.issues[0];
  throw new MeshdeckError(
    'invalid-request',
    `The option ${issue?.path.join('.') ?? ''} is not valid: ${issue?.message ?? ''}.`,
  );
}

/** Runs it and says how it went. */
export async function perform(
  context: CommandContext,
  options: RunOptions,
  request: Pick<RunRequest, 'app'>,
): Promise<void> {
  const { terminal } = context;
  const client = connect(context, options);
  const wanted = {
    options: askedOptions(options, jobOptionsSchema),
    detach: options.detach === true,
    verbose: options.verbose === true,
  };
  if (options.input !== undefined) await findInput(options.input);
  if (options.out !== undefined) await checkOutput(options.out);
  const result = await runJob(context, client, {
    ...wanted,
    ...request,
    inputPath: options.input,
    outputPath: options.out,
  });
  if (options.json === true) terminal.print(jsonText({ ...result.job, outputPath: result.outputPath }));
  else if (wanted.detach) {
    terminal.print(result.job.id);
    terminal.note(`Left running. See it with: meshdeck jobs show ${result.job.id}`);
  } else terminal.print(resultLine(result, context.now()));
}

export function addRunCommand(program: Command, context: CommandContext): void {
  const run = listingCommand(program, 'run <what>', 'run a model or an app on a table')
    .addHelpText(
      'after',
      '\nWHAT is a .onnx, .py or .mjs file, an app folder, a .zip or .tar.gz, or the name of an app or sample.',
    )
    .requiredOption('--input <file.csv>', 'the table')
    .option('--out <file.csv>', 'where the predictions go');
  withRunOptions(run).action(async (what: string, options: RunOptions) => {
    if (options.out === undefined && options.detach !== true) {
      return run.error(
        "error: required option '--out <file.csv>' not specified (or --detach to leave it running)",
        {
          exitCode: 2,
        },
      );
    }
    const client = connect(context, options);
    await perform(context, options, { app: (signal) => chooseApp(client, what, signal) });
  });
}
