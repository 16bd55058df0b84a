import { spawn } from 'node:child_process';
import { root } from './paths.mjs';

/**
 * Runs one program with argv (no shell). Everything it prints goes to stderr, so that stdout stays the caller's.
 * With `quiet` the output is kept and shown only when the step fails.
 *
 * @param {{ name: string, command: string, args: string[], cwd?: string, quiet?: boolean, env?: NodeJS.ProcessEnv }} step
 * @returns {Promise<void>}
 */
export function runStep({ name, command, args, cwd = root, quiet = false, env = process.env }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    /** @type {Buffer[]} */
    const kept = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => (quiet ? kept.push(chunk) : process.stderr.write(chunk)));
    }
    child.on('error', (error) =>
      reject(new Error(`${name} could not start: ${error.message}`, { cause: error })),
    );
    child.on('close', (code, signal) => {
      if (code === 0) return resolve();
      if (quiet) process.stderr.write(Buffer.concat(kept));
      reject(new Error(`${name} failed (${signal ?? `exit code ${code}`}).`));
    });
  });
}
