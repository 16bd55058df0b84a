import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '@meshdeck/testing/checkout';

/** @typedef {import('./by-runner.mjs').RunRequest} RunRequest */
/** @typedef {{ id: number, result?: { rows: number }, code?: string, message?: string }} Answer */

/**
 * The agent's own runner of models, in a program of its own.
 *
 * @param {number} atOnce how many models it runs at the same time
 */
export function startAgentRunner(atOnce) {
  const program = join(root, 'mesh-node/bench/run-models.mjs');
  const child = spawn(process.execPath, [program, JSON.stringify({ atOnce })], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  /** @type {Map<number, { resolve: (result: { rows: number }) => void, reject: (error: Error) => void }>} */
  const open = new Map();
  let count = 0;
  createInterface({ input: child.stdout }).on('line', (line) => {
    /** @type {Answer} */
    const { id, result, code, message } = JSON.parse(line);
    const run = open.get(id);
    open.delete(id);
    if (result !== undefined) run?.resolve(result);
    else run?.reject(Object.assign(new Error(message), { code }));
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  void ended.then((how) => {
    for (const { reject } of open.values()) reject(new Error(`The runner's program ended (${how}).`));
  });
  return {
    /** @param {RunRequest} request @returns {Promise<{ rows: number }>} */
    run({ signal: _signal, onProgress: _onProgress, ...task }) {
      const id = (count += 1);
      return new Promise((resolve, reject) => {
        open.set(id, { resolve, reject });
        child.stdin.write(`${JSON.stringify({ id, task })}\n`);
      });
    },
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}
