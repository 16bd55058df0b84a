import {
  MeshdeckError,
  readingChangeSchema,
  type ReadingChange,
  type ReadingOptions,
} from '@meshdeck/shared';
import type { Command } from 'commander';
import { collectPictures } from '../text/parse-pictures.js';
import {
  collectMap,
  collectNames,
  parseDecimal,
  parseDelimiter,
  parseEncoding,
  parseFooter,
  parseHeader,
  parseOutput,
  parsePercent,
} from '../text/parse-reading.js';

/** What may be said about how table and model are read. */
export interface ReadingFlags extends ReadingOptions {
  /** Whether what the app remembers holds where nothing is said. */
  remembered?: boolean;
  /** Saves what was said on the app. */
  remember?: boolean;
}

const heading = 'How the table is read (found out where not said):';

/** Everything that may be told instead of found. Behind a command's own options. */
export function withReadingOptions(command: Command): Command {
  return command
    .optionsGroup(heading)
    .option('--header <none|line>', 'the line with the column names, or that there is none', parseHeader)
    .option('--footer <none|line>', 'the line from which on there are no rows, or that all are', parseFooter)
    .option('--delimiter <sign>', 'between columns: comma, semicolon, tab, pipe or space', parseDelimiter)
    .option('--decimal <sign>', 'decimal sign: . or ,', parseDecimal)
    .option('--encoding <name>', 'such as utf-8, windows-1252, latin1, utf-16le', parseEncoding)
    .option('--percent <meaning>', '12% is the number 12, or the fraction 0.12', parsePercent)
    .option('--map <input=column>', 'column for an input of the model; again for more, in order', collectMap)
    .option('--aside <column>', 'feeds no input; may be given again', collectNames)
    .option(
      '--output <which>',
      "which of the model's outputs is the prediction: raw, class, or its name (no file: that is --out)",
      parseOutput,
    )
    .option('--truth <column>', 'holds the true values: it feeds no input')
    .option(
      '--pictures <how>',
      'how pictures become numbers: imagenet, or scale=1/255,channels=rgb,resize=cover and so on',
      collectPictures,
    );
}

/** The same, where an app may remember it. */
export function withRememberedReading(command: Command): Command {
  return withReadingOptions(command)
    .option('--remember', 'save what is said here on the app, for its next runs')
    .option('--no-remembered', 'leave aside what the app remembers');
}

const fields = Object.keys(readingChangeSchema.shape) as (keyof ReadingChange)[];

/**
 * What was said on the command line, as the hub takes it; undefined where nothing was. Without what the app remembers,
 * all that is not said is to be found out.
 */
export function askedReading(flags: ReadingFlags): ReadingChange | undefined {
  const said = fields.filter((field) => flags[field] !== undefined);
  if (flags.remembered !== false && said.length === 0) return undefined;
  const silent = flags.remembered === false ? null : undefined;
  const asked = readingChangeSchema.safeParse(
    Object.fromEntries(
      fields.flatMap((field) => {
        const value = flags[field] ?? silent;
        return value === undefined ? [] : [[field, value]];
      }),
    ),
  );
  if (asked.success) return asked.data;
  const issue = asked.error.issues[0];
  throw new MeshdeckError(
    'invalid-request',
    `The option --${issue?.path.join('.') ?? ''} is not valid: ${issue?.message ?? ''}.`,
  );
}

/** @throws MeshdeckError where `--remember` has nothing to remember */
export function requireSomethingToRemember(flags: ReadingFlags): void {
  if (flags.remember !== true || askedReading(flags) !== undefined) return;
  throw new MeshdeckError(
    'invalid-request',
    '--remember saves what is said about the reading, such as --header none. Say something, or leave it out.',
  );
}
