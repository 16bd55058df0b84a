import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '@meshdeck/testing/checkout';

/** @typedef {{ seconds: number, peakRssBytes: number }} PeerRun */
/** @typedef {{ weights: string, table: string, out: string }} PeerWork `weights`: a file of `modelWeights` */

const run = promisify(execFile);
/** Debian's own, which is the one that apt-get installs for. */
const python = '/usr/bin/python3';
const limitMs = 1_200_000;

/** @param {string} command @param {string} script @param {PeerWork} work @returns {Promise<PeerRun>} */
async function measure(command, script, { weights, table, out }) {
  const { stdout } = await run(command, [join(root, 'bench/peers', script), weights, table, out], {
    timeout: limitMs,
  });
  return JSON.parse(stdout);
}

/** pandas and numpy; null where they are not installed. @param {PeerWork} work */
export async function runPandas(work) {
  const has = await run(python, ['-c', 'import pandas']).then(
    () => true,
    () => false,
  );
  return has ? measure(python, 'run_pandas.py', work) : null;
}

/** @param {PeerWork} work */
export const runDuckdb = (work) => measure(process.execPath, 'run-duckdb.mjs', work);

const comparedRows = 5000;
const added = 4;

/** The last columns of the first rows. @param {string} path */
async function firstRows(path) {
  /** @type {string[][]} */
  const rows = [];
  const input = createReadStream(path);
  for await (const line of createInterface({ input })) {
    rows.push(line.split(',').slice(-added));
    if (rows.length > comparedRows) break;
  }
  input.destroy();
  return rows.slice(1);
}

/** Throws where two results are not of the same work: another label, or probabilities that differ by more than rounding. @param {string} ours @param {string} theirs */
export async function requireAlike(ours, theirs) {
  const [own, other] = await Promise.all([firstRows(ours), firstRows(theirs)]);
  for (const [at, [label, ...scores]] of own.entries()) {
    const [theirLabel, ...theirScores] = other[at] ?? [];
    const alike = scores.every((score, index) => Math.abs(Number(score) - Number(theirScores[index])) < 1e-4);
    const [first = 0, second = 0] = scores.map(Number).sort((a, b) => b - a);
    const isTie = first - second < 1e-4;
    if (alike && (label === theirLabel || isTie)) continue;
    throw new Error(
      `Row ${at + 1} of ${theirs} is not what the model gives: ${other[at]?.join(',')} for ${own[at]?.join(',')}`,
    );
  }
}
