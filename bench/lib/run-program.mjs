import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '@meshdeck/testing/checkout';

const run = promisify(execFile);

/**
 * Runs a program of a package's bench/ folder to its end, and gives back the JSON of the last line it printed. It measures
 * parts that lie inside the package, which nothing outside imports.
 *
 * @template T
 * @param {string} program below the checkout
 * @param {unknown} [order] handed over as JSON
 * @returns {Promise<T>}
 */
export async function runProgram(program, order = {}) {
  const { stdout } = await run(process.execPath, [join(root, program), JSON.stringify(order)], {
    maxBuffer: 64 * 1024 ** 2,
  });
  return JSON.parse(stdout.trim().split('\n').at(-1) || 'null');
}
