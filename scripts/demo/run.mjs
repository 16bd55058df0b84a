import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { callHub, privateHubFlags, runCli, startHub } from '@meshdeck/testing/mesh';
import { root } from '../build/paths.mjs';
import { accuracyOf, readTable } from './accuracy.mjs';
import { joinMachines, measured } from './machines.mjs';
import { bold, dim, green, result, seconds, step } from './say.mjs';

/** @typedef {{ once: boolean, amqp?: string | undefined, beganAt: number }} DemoOptions `beganAt`: as performance.now() */

const names = ['lab-1', 'lab-2', 'lab-3'];
const sample = { app: 'sample-apps/digits', input: 'sample-apps/digits/digits-holdout.csv' };
const columns = { label: 'label', prediction: 'prediction' };
const goodEnough = 0.9;

/** @type {(() => Promise<void> | void)[]} */
const disposers = [];
/** @type {Promise<void> | null} */
let stopping = null;
function stop() {
  stopping ??= (async () => {
    for (const dispose of disposers.reverse()) await dispose();
  })();
  return stopping;
}

/** The service that carried the orders, in the hub's words. @param {import('@meshdeck/testing/mesh').Reachable} hub */
async function sayRoute(hub) {
  /** @type {import('@meshdeck/shared').HubView} */
  const { services } = await callHub(hub, '/hub');
  const route = services.find(({ name }) => name === 'Job routing (RabbitMQ)');
  if (route?.state !== 'running')
    throw new Error(`RabbitMQ does not route the jobs. ${route?.message ?? ''}`);
  result(dim(`its order went by RabbitMQ at ${route.message}`));
}

/** @param {DemoOptions} options */
async function demo({ once, amqp, beganAt }) {
  const folder = mkdtempSync(join(tmpdir(), 'meshdeck-demo-'));
  disposers.push(() => rmSync(folder, { recursive: true, force: true }));
  const kept = join(root, '.meshdeck/demo');
  mkdirSync(kept, { recursive: true });
  const output = join(kept, 'predictions.csv');
  rmSync(output, { force: true });

  step('A hub starts');
  const hub = await startHub({
    dataDir: join(folder, 'hub'),
    flags: privateHubFlags,
    // Its URL may hold a password, and whoever uses this machine can read command lines.
    env: amqp === undefined ? {} : { MESHDECK_AMQP: amqp },
  });
  disposers.push(() => hub.stop());
  result(`serving at ${hub.ready.url}`);

  step('Three machines start. None is told where the hub is: they find it by mDNS');
  const machines = await joinMachines({
    hub,
    names,
    folder,
    onStarted: (agent) => disposers.push(() => agent.stop()),
  });
  for (const { name, nodeId, tookMs } of machines) {
    result(
      `${name} ${dim(nodeId.slice(0, 7))} found by mDNS, joined and listed ${seconds(tookMs)} after its start`,
    );
  }
  await measured(hub, names.length);
  result((await runCli(['nodes', 'list'], { env: hub.env })).stdout.trimEnd());

  step(`A model and a table: meshdeck run ${sample.app} --input ${sample.input} --out predictions.csv`);
  const run = await runCli(
    ['run', join(root, sample.app), '--input', join(root, sample.input), '--out', output, '--json'],
    { env: hub.env, onNote: (text) => result(dim(text.trimEnd())) },
  );
  if (run.code !== 0) throw new Error(`The run failed: ${run.stderr}`);
  const job = JSON.parse(run.stdout);
  result(`${job.rows} rows in ${seconds(job.finishedAt - job.createdAt)} on ${green(job.nodeName)}`);

  if (amqp !== undefined) await sayRoute(hub);

  step('Why that machine');
  result((await runCli(['why', job.id], { env: hub.env })).stdout.trimEnd());

  const rows = readTable(output);
  const wanted = readTable(join(root, sample.input)).length;
  const accuracy = accuracyOf(rows, columns);
  step('The predictions');
  result(`accuracy ${green(accuracy.toFixed(4))} on ${rows.length} held-out rows`);
  result(`in ${bold(relative(process.cwd(), output) || output)}`);
  if (rows.length !== wanted) throw new Error(`${wanted} rows went in and ${rows.length} came back.`);
  if (accuracy <= goodEnough)
    throw new Error(`The accuracy is ${accuracy}, which is not above ${goodEnough}.`);

  result(dim(`all of it took ${seconds(performance.now() - beganAt)}`));
  if (once) return;
  /** @type {{ url: string }} */
  const { url } = await callHub(hub, '/ui-links', { method: 'POST' });
  step('See it all in a browser (this link is good once, for five minutes)');
  result(bold(url));
  step('Or by the command line, from this folder, while the demo runs');
  result(bold(`npx meshdeck nodes list --data ${hub.dataDir}`));
  result(dim('Every command takes --data; "npx meshdeck help" lists them.'));
  result(dim('Ctrl-C stops everything.'));
  await hub.exited;
  if (stopping === null) throw new Error(`The hub ended by itself:\n${hub.output()}`);
}

/**
 * The demo from its first step to its last, or to Ctrl-C. Throws where a step does not work out.
 *
 * @param {DemoOptions} options
 */
export async function runDemo(options) {
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => void stop().then(() => process.exit(0)));
  }
  try {
    await demo(options);
  } catch (error) {
    // Whoever ends it sees steps fail for that.
    if (stopping === null) throw error;
  } finally {
    await stop();
  }
}
