import {
  jobOptionsSchema,
  jobPriorities,
  MeshdeckError,
  protectionNeedSchema,
  type ParamValues,
  type SweepAxis,
} from '@meshdeck/shared';
import { Option, type Command } from 'commander';
import type * as z from 'zod';
import { connect, listingCommand, type CommandContext, type HubOptions } from '../context.js';
import { chooseApp } from '../run/choose-app.js';
import { checkOutput } from '../run/files.js';
import { findInputs } from '../run/inputs.js';
import { performSweep } from '../run/perform-sweep.js';
import { checkFolder } from '../run/save-files.js';
import {
  askedReading,
  requireSomethingToRemember,
  withRememberedReading,
  type ReadingFlags,
} from '../run/reading-options.js';
import { rememberReading } from '../run/remember-reading.js';
import { resultLine, runJob, type RunRequest, type RunResult } from '../run/run-job.js';
import { jsonText } from '../text/json-text.js';
import { warningLines } from '../views/reading.js';
import { collectParams, collectSecretNames, collectSweep, collectVariables } from '../text/parse-params.js';
import { collectPairs, parseCount, parseDurationSeconds, parseShards } from '../text/parse-arguments.js';

export interface RunOptions extends HubOptions, ReadingFlags {
  input?: string[];
  sheet?: string;
  sweep?: SweepAxis[];
  out?: string;
  files?: string;
  timeout?: number;
  node?: string;
  label?: Record<string, string>;
  attempts?: number;
  shards?: number | 'auto';
  priority?: string;
  protection?: string;
  param?: ParamValues;
  env?: Record<string, string>;
  secret?: string[];
  detach?: boolean;
  verbose?: boolean;
  quiet?: boolean;
}

/** The options of everything that runs a job. */
export function withRunOptions(command: Command): Command {
  return withRememberedReading(
    withJobOptions(command)
      .option('--detach', 'print the job and leave it running')
      .option('--verbose', 'show what the app prints')
      .option('--quiet', 'do not print notes on how the table was read'),
  );
}

/** What a job may ask for. */
export function withJobOptions(command: Command): Command {
  return command
    .option('--param <name=value>', "a parameter of the app's script; repeatable", collectParams)
    .option('--env <name=value>', "a variable of its script's environment; repeatable", collectVariables)
    .option(
      '--secret <name>',
      'a secret (see "meshdeck secrets") as a variable of that name; repeatable',
      collectSecretNames,
    )
    .option('--timeout <duration>', 'stop the job after this time: 90, 15m, 1h', parseDurationSeconds)
    .option('--node <machine>', 'run on this machine only')
    .option('--label <key=value>', 'run only on machines with this label; repeatable', collectPairs)
    .option('--attempts <n>', 'maximum number of attempts', parseCount)
    .option('--shards <auto|n>', 'split the table over machines: into n parts, or auto', parseShards)
    .addOption(new Option('--priority <level>', 'priority among waiting jobs').choices(jobPriorities))
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
    params: options.param,
    env: options.env,
    secrets: options.secret,
  });
  if (asked.success) return asked.data;
  const issue = asked.error.issues[0];
  throw new MeshdeckError(
    'invalid-request',
    `The option ${issue?.path.join('.') ?? ''} is not valid: ${issue?.message ?? ''}.`,
  );
}

/** What a person should see beside the result, on stderr. */
function sayWarnings({ terminal }: CommandContext, options: RunOptions, { job }: RunResult): void {
  if (options.quiet === true || options.json === true || job.reading === null) return;
  for (const text of warningLines(job.reading)) terminal.note(terminal.notePaint.yellow(`! ${text}`));
}

/** Runs it and says how it went. */
export async function perform(
  context: CommandContext,
  options: RunOptions,
  request: Pick<RunRequest, 'app' | 'lookCloser'>,
): Promise<void> {
  const { terminal } = context;
  const client = connect(context, options);
  const wanted = {
    options: askedOptions(options, jobOptionsSchema),
    reading: askedReading(options),
    sheet: options.sheet,
    detach: options.detach === true,
    verbose: options.verbose === true,
  };
  requireSomethingToRemember(options);
  const inputs = await findInputs(options.input ?? []);
  if (options.out !== undefined) await checkOutput(options.out);
  if (options.sweep !== undefined) {
    const { sweep: axes, json } = options;
    return performSweep(context, client, { ...wanted, ...request, inputs, axes, json: json === true });
  }
  if (options.files !== undefined) await checkFolder(options.files);
  const result = await runJob(context, client, {
    ...wanted,
    ...request,
    inputs,
    outputPath: options.out,
    filesFolder: options.files,
  });
  if (options.json === true) terminal.print(jsonText({ ...result.job, outputPath: result.outputPath }));
  else if (wanted.detach) {
    terminal.print(result.job.id);
    terminal.note(`Left running. See it with: meshdeck jobs show ${result.job.id}`);
  } else terminal.print(resultLine(result, context.now()));
  if (wanted.detach) return;
  sayWarnings(context, options, result);
  await rememberReading(client, terminal, result.app, options);
}

/** A word as a POSIX shell takes it. */
const shellWord = (text: string) =>
  /^[\w./:@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

export function addRunCommand(program: Command, context: CommandContext): void {
  const run = listingCommand(program, 'run <what>', 'run a model or an app on a table')
    .addHelpText(
      'after',
      '\nWHAT is a .onnx, .py, .mjs, .ipynb, .sh, .R or .jl file, an app folder, a .zip or .tar.gz, or the name of an app or sample.' +
        '\nA table is a CSV; a model also takes an Excel workbook (.xlsx), Parquet, JSON lines or a JSON list of objects.',
    )
    .requiredOption(
      '--input <[name=]file>',
      'the table; pictures for a model: a folder, .zip, .jpg or .png; again for more files, by the names that the script finds them by',
      (text: string, earlier: string[] = []) => [...earlier, text],
    )
    .option('--sheet <name>', 'the sheet of a workbook that holds the table')
    .option('--out <file.csv>', 'the file that the predictions are written to')
    .option('--files <folder>', 'the folder that all files of the run are written to, also when it fails');
  run.option(
    '--sweep <name=value,value>',
    'a job for each of these values of a parameter; repeatable: for each combination',
    collectSweep,
  );
  withRunOptions(run).action(async (what: string, options: RunOptions) => {
    const { out, files, detach, sweep } = options;
    if (sweep !== undefined && (out !== undefined || files !== undefined)) {
      return run.error(
        'error: a sweep has a result for each of its jobs: leave --out and --files out, and fetch them with "meshdeck jobs download"',
        { exitCode: 2 },
      );
    }
    if (out === undefined && files === undefined && detach !== true && sweep === undefined) {
      return run.error(
        "error: required option '--out <file.csv>' not specified (or --files <folder>, or --detach to leave it running)",
        {
          exitCode: 2,
        },
      );
    }
    const client = connect(context, options);
    const ofSheet = options.sheet === undefined ? '' : ` --sheet ${shellWord(options.sheet)}`;
    const lookCloser = `meshdeck check ${shellWord(what)} --input ${shellWord(options.input?.[0] ?? '')}${ofSheet}`;
    await perform(context, options, {
      app: (signal) => chooseApp(client, what, { signal, note: context.terminal.note }),
      lookCloser,
    });
  });
}
