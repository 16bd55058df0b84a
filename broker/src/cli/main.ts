import process from 'node:process';
import type { CommandContext } from './context.js';
import { runCommandLine } from './run-command-line.js';
import { createTerminal } from './terminal.js';

const context: CommandContext = {
  terminal: createTerminal({
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
  }),
  env: process.env,
  now: Date.now,
  onInterrupt(listener) {
    const signals = ['SIGINT', 'SIGTERM'] as const;
    for (const signal of signals) process.on(signal, listener);
    return () => {
      for (const signal of signals) process.off(signal, listener);
    };
  },
  leave: (exitCode) => process.exit(exitCode),
};

// A reader that left (`meshdeck jobs list | head -1`) is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await runCommandLine(process.argv.slice(2), context);
