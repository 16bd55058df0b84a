import { join } from 'node:path';
import {
  inWorkshop,
  isReadyForWork,
  listNodes,
  makeToken,
  runCli,
  startAgent,
  startHub,
  until,
} from '@meshdeck/testing/mesh';
import { models } from '@meshdeck/testing/models';
import { makeTable } from '@meshdeck/testing/tables';
import { inCount, percentile, report } from './lib/report.mjs';
import { throttle } from './lib/throttle.mjs';

/** @typedef {import('@meshdeck/testing/mesh').Workshop} Workshop */
/** @typedef {{ seconds: number, shards: number, attempts: number }} Run */

const rows = 1_000_000;
const columns = 16;
const warmUpRows = 120_000;
const repeats = 3;
const model = models.deep;

/** A mesh that grows machine by machine, one slot each. @param {Workshop} workshop */
async function startMesh({ folder, keep }) {
  const hub = keep(await startHub({ dataDir: join(folder, 'hub') }));
  const token = await makeToken(hub, 10);
  let tables = 0;

  return {
    /** @param {string} name */
    async addMachine(name) {
      const flags = ['--interface', '127.0.0.1', '--name', name, '--slots', '1', '--join', token];
      const agent = keep(startAgent({ dataDir: join(folder, name), flags }));
      await until(
        () => listNodes(hub),
        (nodes) => nodes.some((node) => node.name === name && isReadyForWork(node)),
        { what: `${name} to take work`, timeoutMs: 60_000 },
      );
      return agent;
    },
    /**
     * One job on a table of its own, so that nothing of it is cached anywhere; timed by the hub from the order to the
     * merged result, without upload and download.
     *
     * @param {number} count rows
     * @returns {Promise<Run>}
     */
    async run(count) {
      tables += 1;
      const table = join(folder, 'table.csv');
      await makeTable({ path: table, rows: count, columns, seed: tables });
      const out = join(folder, 'predictions.csv');
      const run = await runCli(['run', model, '--input', table, '--out', out, '--shards', 'auto', '--json'], {
        env: hub.env,
      });
      if (run.code !== 0) throw new Error(run.stderr);
      /** @type {import('@meshdeck/shared').JobView} */
      const job = JSON.parse(run.stdout);
      if (job.rows !== count) throw new Error(`${count} rows went in and ${job.rows} came back.`);
      const seconds = ((job.finishedAt ?? 0) - job.createdAt) / 1000;
      return { seconds, shards: job.shards, attempts: job.attempts };
    },
  };
}

/** @param {Run[]} runs */
const medianSeconds = (runs) =>
  percentile(
    runs.map(({ seconds }) => seconds),
    0.5,
  );

export default async function benchShards() {
  await inWorkshop(async (workshop) => {
    const mesh = await startMesh(workshop);
    /** Warm, with the machines' speeds learned. @param {number} [times] */
    const timed = async (times = repeats) => {
      /** @type {Run[]} */
      const runs = [];
      for (let run = 0; run < times; run += 1) runs.push(await mesh.run(rows));
      return runs;
    };
    const warmUp = async () => {
      await mesh.run(warmUpRows);
      await mesh.run(warmUpRows);
    };

    await mesh.addMachine('bench-1');
    await warmUp();
    const one = await timed();
    await mesh.addMachine('bench-2');
    await warmUp();
    const two = await timed();
    await mesh.addMachine('bench-3');
    await warmUp();
    const three = await timed();
    const fourth = await mesh.addMachine('bench-4');
    await warmUp();
    const release = throttle(fourth.pid, { share: 0.1 });
    /** @type {Run[]} */
    let surprised;
    /** @type {Run[]} */
    let known;
    try {
      surprised = await timed(1);
      known = await timed();
    } finally {
      release();
    }

    const [t1, t2, t3] = [one, two, three].map(medianSeconds).map((seconds) => seconds ?? 0);
    const speedUp = (t1 ?? 0) / (t2 ?? 1);
    const atFirst = medianSeconds(surprised) / (t3 ?? 1);
    const later = medianSeconds(known) / (t3 ?? 1);
    /** @param {string} what @param {Run[]} runs @param {string} [note] */
    const line = (what, runs, note = '') => ({
      what,
      value: `${medianSeconds(runs).toFixed(1)} s`,
      note: `${inCount(rows / medianSeconds(runs))} rows/s, ${runs.map(({ shards, attempts }) => `${shards} parts in ${attempts} attempts`).join('; ')}${note}`,
    });
    report(
      'shards',
      [
        line('one agent', one),
        line('two agents', two),
        {
          what: '  times as fast as one',
          value: speedUp.toFixed(2),
          note: 'wanted: 1.7, with two cores free',
        },
        line('three agents', three),
        line('with a fourth, throttled to a tenth unforeseen', surprised),
        { what: '  over the other three', value: atFirst.toFixed(2), note: 'wanted: at most 1.3' },
        line('with a fourth, known to be slow', known),
        { what: '  over the other three', value: later.toFixed(2), note: 'wanted: at most 1.3' },
      ],
      { rows, columns, one, two, three, surprised, known, speedUp, ratios: { atFirst, later } },
    );
  });
}
