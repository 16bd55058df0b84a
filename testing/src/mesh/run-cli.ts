import { spawn } from 'node:child_process';
import { hubScript } from './start-mesh.mjs';
import { cleanEnvironment } from './start-program.mjs';

/**
 * Runs `meshdeck ...` to its end.
 *
 * @param {string[]} args
 * @param {{ env?: Record<string, string>, cwd?: string, onNote?: (text: string) => void, before?: string[] }} [options]
 * @returns {Promise<{ code: number | null, stdout: string, stderr: string }>}
 */
export function runCli(args, { env = {}, cwd, onNote, before = [] } = {}) {
  return new Promise((resolve, reject) => {
    const [command = process.execPath, ...rest] = [...before, process.execPath, hubScript, ...args];
    const child = spawn(command, rest, {
      env: cleanEnvironment(env),
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(cwd === undefined ? {} : { cwd }),
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
      onNote?.(text);
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}
