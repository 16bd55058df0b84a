import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCli } from '@meshdeck/testing/mesh';

/**
 * Runs one table as a person would: the command line, a hub, a machine.
 *
 * @param {Record<string, string>} env of the command line
 * @param {string} folder for results
 * @param {readonly string[]} flags of `meshdeck run`, such as how many parts
 * @returns {(files: { model: string, table: string }) => Promise<import('./judge.mjs').Outcome>}
 */
export function byHub(env, folder, flags = []) {
  let runs = 0;
  return async ({ model, table }) => {
    const out = join(folder, `result-${(runs += 1)}.csv`);
    const run = await runCli(['run', model, '--input', table, '--out', out, '--json', ...flags], { env });
    if (run.code === 0) {
      /** @type {import('@meshdeck/shared').JobView} */
      const job = JSON.parse(run.stdout);
      return { table: await readFile(out), rows: job.rows ?? -1, reading: `${run.stdout}\n${run.stderr}` };
    }
    // Notes of progress, which name files, come before it.
    const sentence = run.stderr.slice(run.stderr.lastIndexOf('meshdeck: ')).trim();
    return { code: 'failed', sentence: sentence === '' ? run.stdout : sentence };
  };
}
