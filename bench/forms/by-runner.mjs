import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * What a run needs, as the agent's runner of models takes it.
 *
 * @typedef {object} RunRequest
 * @property {string} modelPath
 * @property {string} inputPath
 * @property {string} outputPath
 * @property {number} outputLimitBytes
 * @property {number} timeoutMs
 * @property {number} memoryLimitBytes
 * @property {AbortSignal} signal
 * @property {() => void} onProgress
 */
/** @typedef {{ run: (request: RunRequest) => Promise<{ rows: number }> }} ModelRunner */

/**
 * Runs one table through the machine's own runner process.
 *
 * @param {ModelRunner} runner
 * @param {string} folder for results
 * @returns {(files: { model: string, table: string }) => Promise<import('./judge.mjs').Outcome>}
 */
export function byRunner(runner, folder) {
  let runs = 0;
  return async ({ model, table }) => {
    const outputPath = join(folder, `result-${(runs += 1)}.csv`);
    try {
      const result = await runner.run({
        modelPath: model,
        inputPath: table,
        outputPath,
        outputLimitBytes: 1e8,
        timeoutMs: 60_000,
        memoryLimitBytes: 1.5e9,
        signal: new AbortController().signal,
        onProgress: () => undefined,
      });
      return { table: await readFile(outputPath), rows: result.rows, reading: JSON.stringify(result) };
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'internal';
      return { code, sentence: error instanceof Error ? error.message : String(error) };
    }
  };
}
