import { spawn } from 'node:child_process';
import type { SpawnHub } from './hub-process.js';

/** Starts the hub as an ordinary child process of plain Node: `command[0]` with the rest as its arguments. */
export function createChildHubSpawner(parts: {
  command: readonly [string, ...string[]];
  env?: NodeJS.ProcessEnv;
}): SpawnHub {
  return (events) => {
    const [program, ...args] = parts.command;
    const child = spawn(program, args, {
      env: parts.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    let failure: Error | undefined;
    child.stdout.on('data', (chunk: Buffer) => events.stdout(chunk));
    child.stderr.on('data', (chunk: Buffer) => events.stderr(chunk));
    child.once('error', (error) => (failure = error));
    child.once('close', (code, signal) =>
      events.exited({ code, signal, ...(failure === undefined ? {} : { error: failure }) }),
    );
    return {
      askToStop: () => void child.kill('SIGTERM'),
      kill: () => void child.kill('SIGKILL'),
    };
  };
}
