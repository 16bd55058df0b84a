import { spawn } from 'node:child_process';
import { cleanEnvironment } from '../programs/index.js';
import { hubScript } from './start-mesh.js';

/** How a program ended, and what it printed. */
export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface CliOptions {
  env?: Record<string, string>;
  cwd?: string;
  /** Gets what it prints on stderr, as it comes. */
  onNote?: (text: string) => void;
  /** What to put before the program: `ip netns exec NAME`. */
  before?: string[];
}

/** Runs `meshdeck ...` to its end. */
export function runCli(
  args: string[],
  { env = {}, cwd, onNote, before = [] }: CliOptions = {},
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const [command = process.execPath, ...rest] = [...before, process.execPath, hubScript, ...args];
    const child = spawn(command, rest, {
      env: cleanEnvironment(env),
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(cwd === undefined ? {} : { cwd }),
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      onNote?.(text);
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}
