import { spawn } from 'node:child_process';
import { root } from '../build/paths.mjs';

/** A part that hangs is ended after this long. */
const limitMs = 25 * 60_000;

/**
 * Runs a Node program with everything it prints going to our own output. Its exit code; 1 when it was ended.
 *
 * @param {string[]} args @param {NodeJS.ProcessEnv} [env] @returns {Promise<number>}
 */
export function runNode(args, env = {}) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), limitMs);
    child.on('error', () => resolve(1));
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve(code ?? 1);
    });
  });
}

/** Runs several after each other to the end; the first exit code that is no 0. */
export async function runAll(commands) {
  let exitCode = 0;
  for (const args of commands) exitCode ||= await runNode(args);
  return exitCode;
}
