import { toFailure } from '@meshdeck/shared';
import { CommanderError } from 'commander';
import type { CommandContext } from './context.js';
import { createProgram } from './program.js';
import { failureText } from './views/jobs.js';

const done = 0;
const failed = 1;
const wrongUsage = 2;

/** Runs one command; 0 done, 1 failed, 2 wrong usage. What went wrong has been told on stderr. */
export async function runCommandLine(args: readonly string[], context: CommandContext): Promise<number> {
  try {
    await createProgram(context).parseAsync([...args], { from: 'user' });
    return done;
  } catch (error) {
    // Commander has said what was wrong; asking for help or the version is not wrong.
    if (error instanceof CommanderError) return error.exitCode === 0 ? done : wrongUsage;
    const failure = toFailure(error);
    const { terminal } = context;
    terminal.note(`${terminal.notePaint.red('meshdeck:')} ${failureText(failure)}`);
    return failure.code === 'invalid-config' ? wrongUsage : failed;
  }
}
