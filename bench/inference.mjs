import { execFile } from 'node:child_process';
import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '@meshdeck/testing/checkout';
import { peakBytes, watchChildren } from '@meshdeck/testing/measure';
import { inWorkshop, runCli, startPair } from '@meshdeck/testing/mesh';
import { models } from '@meshdeck/testing/models';
import { makeTable } from '@meshdeck/testing/tables';
import { modelWeights } from './lib/model-weights.mjs';
import { inCount, inMb, report } from './lib/report.mjs';
import { requireAlike, runDuckdb, runPandas } from './lib/table-peers.mjs';

const rows = 1_000_000;
const longRows = 10_000_000;
const columns = 16;
const model = models.wide;

/** @typedef {import('@meshdeck/testing/mesh').Workshop} Workshop */

/**
 * The same model on the same rows without Meshdeck, the table in memory before the clock starts.
 *
 * @param {string} table
 * @returns {Promise<{ rows: number, rowsPerSecond: number, loadSeconds: number, seconds: number, peakRssBytes: number }>}
 */
async function plainRuntime(table) {
  const { stdout } = await promisify(execFile)(process.execPath, [
    join(root, 'bench/lib/plain-onnx.mjs'),
    model,
    table,
  ]);
  return JSON.parse(stdout);
}

/** A hub and a machine of its own, and one run through them. @param {Workshop} workshop @param {{ table: string, out: string, rows: number }} work */
async function throughMeshdeck(workshop, { table, out, rows: wanted }) {
  const { hub, agent } = await startPair(workshop);
  const runners = watchChildren(agent.pid, 'runner-process');
  const startedAt = performance.now();
  const run = await runCli(['run', model, '--input', table, '--out', out, '--json'], { env: hub.env });
  const seconds = (performance.now() - startedAt) / 1000;
  if (run.code !== 0) throw new Error(run.stderr);
  /** @type {import('@meshdeck/shared').JobView} */
  const job = JSON.parse(run.stdout);
  if (job.rows !== wanted) throw new Error(`${wanted} rows went in and ${job.rows} came back.`);
  const facts = job.tasks[0]?.attempts.at(-1)?.facts ?? null;
  const memory = { hub: peakBytes(hub.pid) ?? 0, agent: peakBytes(agent.pid) ?? 0, runner: runners.stop() };
  return { seconds, facts, memory };
}

/** @typedef {Awaited<ReturnType<typeof throughMeshdeck>>} Measured */

const inSeconds = (/** @type {number | undefined} */ ms) => `${((ms ?? 0) / 1000).toFixed(1)} s`;
const rate = (/** @type {number} */ count, /** @type {number} */ seconds) =>
  `${inCount(count / seconds)} rows/s`;

/** @param {Measured} measured @param {number} count @param {string} sizes */
function linesOf({ seconds, facts, memory }, count, sizes) {
  return [
    {
      what: `meshdeck run, end to end, ${inCount(count)} rows`,
      value: rate(count, seconds),
      note: `${seconds.toFixed(1)} s, ${sizes}`,
    },
    {
      what: '  on the machine alone',
      value: rate(count, (facts?.runMs ?? 0) / 1000),
      note: `beside it: fetch ${inSeconds(facts?.fetchMs)}, prepare ${inSeconds(facts?.prepareMs)}, deliver ${inSeconds(facts?.deliverMs)}`,
    },
    {
      what: '  peak memory, hub, agent, runner process',
      value: [memory.hub, memory.agent, memory.runner].map(inMb).join(', '),
      note: 'wanted: below 300 MB each',
    },
  ];
}

/** @param {string} what @param {import('./lib/table-peers.mjs').PeerRun | null} peer @param {{ ours: Measured, missing?: string }} beside */
function peerLine(what, peer, { ours, missing = '' }) {
  if (peer === null) return { what, value: '-', note: missing };
  const endToEnd = (peer.seconds / ours.seconds).toFixed(2);
  const alone = (peer.seconds / ((ours.facts?.runMs ?? 0) / 1000)).toFixed(2);
  return {
    what,
    value: rate(rows, peer.seconds),
    note: `${peer.seconds.toFixed(1)} s, peak memory ${inMb(peer.peakRssBytes)}; takes ${endToEnd} times as long as meshdeck run, ${alone} times the machine alone`,
  };
}

/** @param {string} folder @param {number} count */
async function prepared(folder, count) {
  const table = join(folder, `table-${count}.csv`);
  await makeTable({ path: table, rows: count, columns });
  return { table, out: join(folder, `predictions-${count}.csv`), rows: count };
}

/** @param {{ table: string, out: string }} work */
const sizesOf = async ({ table, out }) =>
  `${inMb((await stat(table)).size)} in, ${inMb((await stat(out)).size)} out`;

/** `--long`: ten million rows besides, some minutes more. @param {string[]} options */
export default async function benchInference(options) {
  await inWorkshop(async ({ folder }) => {
    const work = await prepared(folder, rows);
    const weights = join(folder, 'weights.json');
    await writeFile(weights, JSON.stringify(modelWeights(model)));
    const peer = (/** @type {string} */ name) => ({
      weights,
      table: work.table,
      out: join(folder, `${name}.csv`),
    });

    const plain = await plainRuntime(work.table);
    const ours = await inWorkshop((own) => throughMeshdeck(own, work));
    const pandas = await runPandas(peer('pandas'));
    const duckdb = await runDuckdb(peer('duckdb'));
    if (pandas !== null) await requireAlike(work.out, peer('pandas').out);
    await requireAlike(work.out, peer('duckdb').out);
    const sizes = await sizesOf(work);
    for (const path of [work.table, work.out, peer('pandas').out, peer('duckdb').out])
      await rm(path, { force: true });

    let long = null;
    let longSizes = '';
    if (options.includes('--long')) {
      const longWork = await prepared(folder, longRows);
      long = await inWorkshop((own) => throughMeshdeck(own, longWork));
      longSizes = await sizesOf(longWork);
    }
    report(
      'inference',
      [
        ...linesOf(ours, rows, sizes),
        peerLine('pandas: read_csv, numpy, to_csv', pandas, {
          ours,
          missing: 'python3-pandas is not installed',
        }),
        peerLine('DuckDB: read_csv, SQL, COPY, two threads', duckdb, { ours }),
        {
          what: 'plain onnxruntime-node, no CSV',
          value: rate(plain.rows, plain.seconds),
          note: `${inMb(plain.peakRssBytes)}, and ${plain.loadSeconds.toFixed(1)} s to read the table into memory before`,
        },
        ...(long === null ? [] : linesOf(long, longRows, longSizes)),
      ],
      { rows, columns, ours, pandas, duckdb, plain, long },
    );
  });
}
