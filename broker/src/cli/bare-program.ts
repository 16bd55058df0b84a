import { meshdeckVersion } from '@meshdeck/shared';
import { Command } from 'commander';
import type { CommandContext } from './context.js';

/** `meshdeck` without its commands; wrong usage throws commander's own error in place of leaving. */
export function createBareProgram(context: CommandContext): Command {
  return new Command('meshdeck')
    .description('Turns the computers in a room into one AI machine.')
    .version(meshdeckVersion)
    .configureOutput({
      writeOut: (text) => context.terminal.print(text.trimEnd()),
      writeErr: (text) => context.terminal.note(text.trimEnd()),
    })
    .exitOverride()
    .showHelpAfterError('Run it with --help to see what it takes.');
}
