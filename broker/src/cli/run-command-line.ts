import { toFailure } from '@meshdeck/shared';
import { CommanderError, type Command } from 'commander';
import type { CommandContext } from './context.js';
import { failureText } from './views/jobs.js';

const done = 0;
const failed = 1;
const wrongUsage = 2;

const asksForVersion = new Set(['--version', '-V']);

/** The hub loads nothing of the commands that call one: it is to be back soon after a restart. */
async function programFor(command: string | undefined, context: CommandContext): Promise<Command> {
  const isVersion = asksForVersion.has(command ?? '');
  if (command !== 'hub' && !isVersion) return (await import('./program.js')).createProgram(context);
  const { createBareProgram } = await import('./bare-program.js');
  if (isVersion) return createBareProgram(context);
  const { addHubCommand } = await import('./commands/hub.js');
  const program = createBareProgram(context);
  addHubCommand(program, context);
  return program;
}

/** Runs one command; 0 done, 1 failed, 2 wrong usage. What went wrong has been told on stderr. */
export async function runCommandLine(args: readonly string[], context: CommandContext): Promise<number> {
  try {
    const program = await programFor(args[0], context);
    await program.parseAsync([...args], { from: 'user' });
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
