import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '@meshdeck/testing/checkout';
import {
  callHub,
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
import { percentile, report } from './lib/report.mjs';

const machines = 2;
const warmUps = 8;
const measured = 24;
const names = /** @type {const} */ (['wide', 'deep']);
const simulated = ['--machines', '3,10,50', '--seeds', '3', '--budget', '120', '--json'];

/** How far the predictions of the finish were off, from the placement's own record of each job. */
async function predictions() {
  return inWorkshop(async ({ folder, keep }) => {
    const hub = keep(await startHub({ dataDir: join(folder, 'hub') }));
    const token = await makeToken(hub, machines);
    for (let index = 1; index <= machines; index += 1) {
      const flags = ['--interface', '127.0.0.1', '--name', `bench-${index}`, '--slots', '1', '--join', token];
      keep(startAgent({ dataDir: join(folder, `agent-${index}`), flags }));
    }
    await until(
      () => listNodes(hub),
      (nodes) => nodes.filter(isReadyForWork).length === machines,
      { what: 'the machines to take work', timeoutMs: 60_000 },
    );
    /** @type {{ model: string, predictedMs: number, realMs: number, error: number }[]} */
    const found = [];
    for (let run = 0; run < warmUps + measured; run += 1) {
      for (const model of names) {
        const table = join(folder, 'table.csv');
        // From 20,000 to 300,000 rows, the same every time.
        await makeTable({ path: table, rows: 20_000 * (1 + ((run * 7) % 15)), columns: 16, seed: run });
        const out = join(folder, 'out.csv');
        const args = ['run', models[model], '--input', table, '--out', out, '--json'];
        const { code, stdout, stderr } = await runCli(args, { env: hub.env });
        if (code !== 0) throw new Error(stderr);
        /** @type {import('@meshdeck/shared').JobView} */
        const job = JSON.parse(stdout);
        /** @type {import('@meshdeck/shared').Why} */
        const why = await callHub(hub, `/jobs/${job.id}/why`);
        const attempt = job.tasks[0]?.attempts.at(-1);
        const placed = why.decisions.findLast(({ outcome }) => outcome === 'placed');
        const foreseen = placed?.candidates.find(({ nodeId }) => nodeId === attempt?.nodeId)?.prediction;
        if (run < warmUps || foreseen == null || attempt?.finishedAt == null) continue;
        const realMs = attempt.finishedAt - attempt.placedAt;
        const error = Math.abs(foreseen.finishMs / realMs - 1);
        found.push({ model, predictedMs: foreseen.finishMs, realMs, error });
      }
    }
    return found;
  });
}

/** @param {readonly number[]} values */
const share = (values) =>
  `${Math.round(100 * percentile(values, 0.5))} %, ${Math.round(100 * percentile(values, 0.9))} %`;

export default async function benchPlacement() {
  /** @type {{ model: string, predictedMs: number, realMs: number, error: number }[]} */
  const found = await predictions();
  report(
    'predicted-finish',
    names.map((model) => {
      const errors = found.filter((one) => one.model === model).map(({ error }) => error);
      return {
        what: `predicted finish of ${model} off by`,
        value: errors.length === 0 ? 'no prediction' : share(errors),
        note: `median, p90 of ${errors.length} runs after ${warmUps}; wanted: median within 20 %`,
      };
    }),
    { machines, warmUps, predictions: found },
  );
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(root, 'scripts/simulate.mjs'), ...simulated],
    { maxBuffer: 64 * 1024 * 1024 },
  );
  /** @type {{ policy: string, machines: number, boundMs: number, makespanMs: number }[]} */
  const simulation = JSON.parse(stdout);
  const sizes = [...new Set(simulation.map((one) => one.machines))];
  const policies = [...new Set(simulation.map(({ policy }) => policy))];
  report(
    'placement',
    policies.map((policy) => ({
      what: `simulated, ${policy}`,
      value: sizes
        .map((size) => {
          const ratios = simulation
            .filter((one) => one.policy === policy && one.machines === size)
            .map(({ makespanMs, boundMs }) => makespanMs / boundMs);
          return percentile(ratios, 0.5).toFixed(2);
        })
        .join('  '),
      note: `makespan over the lower bound, median, ${sizes.join(', ')} machines`,
    })),
    { simulation },
  );
}
