import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../scripts/build/paths.mjs';
import { runCli } from '../scripts/mesh/run-cli.mjs';
import { inWorkshop, startPair } from '../scripts/mesh/workshop.mjs';
import { makeTable } from './lib/make-table.mjs';
import { peakBytes, watchChildren } from './lib/memory.mjs';
import { inCount, inMb, report } from './lib/report.mjs';

const rows = 1_000_000;
const columns = 16;
const model = join(root, 'bench/lib/wide16.onnx');

/**
 * The same model on the same rows without Meshdeck, the table in memory before the clock starts.
 *
 * @param {string} table
 * @returns {Promise<{ rowsPerSecond: number, loadSeconds: number, seconds: number, peakRssBytes: number }>}
 */
async function plainRuntime(table) {
  const { stdout } = await promisify(execFile)(process.execPath, [
    join(root, 'bench/lib/plain-onnx.mjs'),
    model,
    table,
  ]);
  return JSON.parse(stdout);
}

export default async function benchInference() {
  await inWorkshop(async (workshop) => {
    const table = join(workshop.folder, 'table.csv');
    const out = join(workshop.folder, 'predictions.csv');
    await makeTable({ path: table, rows, columns });
    const plain = await plainRuntime(table);

    const { hub, agent } = await startPair(workshop);
    const runners = watchChildren(agent.pid);
    const startedAt = performance.now();
    const run = await runCli(['run', model, '--input', table, '--out', out, '--json'], { env: hub.env });
    const seconds = (performance.now() - startedAt) / 1000;
    if (run.code !== 0) throw new Error(run.stderr);
    /** @type {import('@meshdeck/shared').JobView} */
    const job = JSON.parse(run.stdout);
    if (job.rows !== rows) throw new Error(`${rows} rows went in and ${job.rows} came back.`);
    const facts = job.tasks[0]?.attempts.at(-1)?.facts ?? null;
    const memory = { hub: peakBytes(hub.pid) ?? 0, agent: peakBytes(agent.pid) ?? 0, runner: runners.stop() };

    const part = (/** @type {number | undefined} */ ms) => `${((ms ?? 0) / 1000).toFixed(1)} s`;
    report(
      'inference',
      [
        {
          what: 'meshdeck run, end to end',
          value: `${inCount(rows / seconds)} rows/s`,
          note: `${seconds.toFixed(1)} s for ${inCount(rows)} rows x ${columns} columns, ${inMb((await stat(table)).size)} in, ${inMb((await stat(out)).size)} out`,
        },
        {
          what: '  on the machine alone',
          value: `${inCount(rows / ((facts?.runMs ?? 0) / 1000))} rows/s`,
          note: `fetch ${part(facts?.fetchMs)}, prepare ${part(facts?.prepareMs)}, run ${part(facts?.runMs)}, deliver ${part(facts?.deliverMs)}`,
        },
        {
          what: 'plain onnxruntime-node, no CSV',
          value: `${inCount(plain.rowsPerSecond)} rows/s`,
          note: `and ${plain.loadSeconds.toFixed(1)} s to read the table into memory before`,
        },
        { what: 'peak memory, hub', value: inMb(memory.hub), note: 'wanted: below 300 MB' },
        { what: 'peak memory, agent', value: inMb(memory.agent), note: 'wanted: below 300 MB' },
        { what: 'peak memory, runner process', value: inMb(memory.runner) },
        { what: 'peak memory, plain', value: inMb(plain.peakRssBytes) },
      ],
      { rows, columns, seconds, rowsPerSecond: rows / seconds, facts, plain, peakBytes: memory },
    );
  });
}
