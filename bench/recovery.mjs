import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { findRabbitmqScripts } from '@meshdeck/testing/brokers';
import { callHub, inWorkshop, isReadyForWork, listNodes, runCli, until } from '@meshdeck/testing/mesh';
import { loopbackGround } from '../scripts/soak/ground.mjs';
import { ask } from '../scripts/soak/jobs.mjs';
import { createJournal } from '../scripts/soak/journal.mjs';
import { startSoakMesh } from '../scripts/soak/mesh.mjs';
import { inMs, percentile, report } from './lib/report.mjs';

/** @typedef {import('@meshdeck/shared').JobView} JobView */
/** @typedef {import('../scripts/soak/mesh.mjs').SoakMesh} SoakMesh */

/** `MESHDECK_BENCH_ROUNDS` for a shorter run: each takes up to ten seconds, and there are three kinds a route. */
const rounds = Number(process.env.MESHDECK_BENCH_ROUNDS ?? 20);
const agents = 3;
const pollMs = 10;
/** A hub that ends sooner after a connection was made is called back more slowly, as one that hangs up would be. */
const steadyMs = 5500;

/** Runs for ten minutes and says how far it is, twenty times a second. */
const endlessApp = `
import { setTimeout as pause } from 'node:timers/promises';
for (let step = 1; step < 12_000; step += 1) {
  console.log('@progress ' + step / 12_000);
  await pause(50);
}
`;

/** @param {SoakMesh} mesh @param {string} jobId @returns {Promise<JobView>} */
const jobOf = (mesh, jobId) => ask(mesh, (hub) => callHub(hub, `/jobs/${jobId}`));

/** @param {SoakMesh} mesh */
const allBack = (mesh) =>
  until(
    () => ask(mesh, listNodes),
    (nodes) =>
      nodes.filter((node) => isReadyForWork(node) && node.slotsBusy === 0 && (node.score?.score ?? 0) > 0)
        .length === agents,
    { what: 'all machines to be free', timeoutMs: 60_000 },
  );

/**
 * A job that runs on one of the machines, for as long as `work` takes; then all is made good again.
 *
 * @template T
 * @param {SoakMesh} mesh
 * @param {(running: JobView, machine: SoakMesh['machines'][number], index: number) => Promise<T>} work
 */
async function whileRunning(mesh, work) {
  await allBack(mesh);
  const created = await ask(mesh, async (hub) => {
    /** @type {{ jobs: JobView[] }} */
    const { jobs } = await callHub(hub, '/jobs?limit=1');
    const [last] = jobs;
    if (last === undefined) throw new Error('There is no job to run again.');
    return /** @type {Promise<JobView>} */ (callHub(hub, `/jobs/${last.id}/rerun`, { method: 'POST' }));
  });
  const running = await until(
    () => jobOf(mesh, created.id),
    ({ state, progress }) => state === 'running' && progress > 0,
    { what: 'the job to run', timeoutMs: 60_000, everyMs: pollMs },
  );
  const index = mesh.machines.findIndex(({ name }) => name === running.nodeName);
  const machine = mesh.machines[index];
  if (machine === undefined) throw new Error(`No machine is named ${running.nodeName}.`);
  const result = await work(running, machine, index);
  await ask(mesh, (hub) => callHub(hub, `/jobs/${created.id}/cancel`, { method: 'POST' }));
  return result;
}

/** When the task was given to another machine, unix ms. @param {SoakMesh} mesh @param {JobView} job */
async function reassignedAt(mesh, job) {
  const again = await until(
    () => jobOf(mesh, job.id),
    ({ tasks }) => (tasks[0]?.attempts.length ?? 0) > 1,
    { what: 'the task to go to another machine', timeoutMs: 60_000, everyMs: pollMs },
  );
  return again.tasks[0]?.attempts[1]?.placedAt ?? Number.NaN;
}

/** @param {SoakMesh} mesh */
const agentKilled = (mesh) =>
  whileRunning(mesh, async (job, _machine, index) => {
    const killedAt = Date.now();
    const back = mesh.killAgent(index, 500);
    const tookMs = (await reassignedAt(mesh, job)) - killedAt;
    await back;
    return tookMs;
  });

/** From the hub's `ready` to hearing of the running work again. @param {SoakMesh} mesh */
const hubKilled = (mesh) =>
  whileRunning(mesh, async (job) => {
    await pause(steadyMs);
    await mesh.killHub(0);
    const readyAt = performance.now();
    const { progress } = await jobOf(mesh, job.id);
    const again = await until(
      () => jobOf(mesh, job.id),
      (seen) => seen.progress > progress || seen.attempts > 1,
      { what: 'the work to be found again', timeoutMs: 60_000, everyMs: pollMs },
    );
    if (again.attempts > 1) throw new Error('The running work was started anew.');
    return performance.now() - readyAt;
  });

/** Not a byte comes through and nobody is told, as with a pulled cable. @param {SoakMesh} mesh */
const cableCut = (mesh) =>
  whileRunning(mesh, async (job, { link }) => {
    const cutAt = Date.now();
    link.stall();
    const tookMs = (await reassignedAt(mesh, job)) - cutAt;
    link.heal();
    return tookMs;
  });

/** @param {SoakMesh} mesh @param {string} folder */
async function firstJob(mesh, folder) {
  mkdirSync(join(folder, 'app'));
  writeFileSync(join(folder, 'app', 'app.mjs'), endlessApp);
  const table = join(folder, 'table.csv');
  writeFileSync(table, 'x\n1\n');
  const run = await runCli(['run', join(folder, 'app'), '--input', table, '--detach'], { env: mesh.env });
  if (run.code !== 0) throw new Error(run.stderr);
  await ask(mesh, (hub) => callHub(hub, `/jobs/${run.stdout.trim()}/cancel`, { method: 'POST' }));
}

/** @param {'mqtt' | 'rabbitmq'} route */
function measure(route) {
  return inWorkshop(async ({ folder, keep }) => {
    const stopping = new AbortController();
    const journal = createJournal(join(folder, 'logs'));
    keep({ stop: () => journal.close() });
    /** @type {(() => unknown)[]} */
    const disposers = [];
    keep({
      async stop() {
        stopping.abort();
        for (const dispose of disposers.reverse()) await dispose();
      },
    });
    const mesh = await startSoakMesh({
      folder,
      ground: loopbackGround(),
      route,
      agents,
      slots: 1,
      journal,
      signal: stopping.signal,
      onStop: (dispose) => void disposers.push(dispose),
    });
    await firstJob(mesh, folder);
    /** @param {(mesh: SoakMesh) => Promise<number>} once */
    const times = async (once) => {
      /** @type {number[]} */
      const all = [];
      for (let round = 0; round < rounds; round += 1) all.push(await once(mesh));
      return all;
    };
    return {
      agentKilledMs: await times(agentKilled),
      hubKilledMs: await times(hubKilled),
      cableCutMs: await times(cableCut),
    };
  });
}

export default async function benchRecovery() {
  /** @type {('mqtt' | 'rabbitmq')[]} */
  const routes = findRabbitmqScripts() === null ? ['mqtt'] : ['mqtt', 'rabbitmq'];
  /** @type {Parameters<typeof report>[1]} */
  const lines = [];
  /** @type {Record<string, unknown>} */
  const data = { rounds };
  /** @param {string} what @param {number[]} times @param {string} note */
  const line = (what, times, note) =>
    lines.push({
      what,
      value: `p50 ${inMs(percentile(times, 0.5))}, p95 ${inMs(percentile(times, 0.95))}`,
      note,
    });
  for (const route of routes) {
    const { agentKilledMs, hubKilledMs, cableCutMs } = await measure(route);
    line(`${route}: agent killed to task reassigned`, agentKilledMs, 'wanted: p95 at most 1000 ms');
    line(`${route}: hub back to its work found again`, hubKilledMs, 'wanted: p95 at most 3000 ms');
    line(`${route}: cable cut to task reassigned`, cableCutMs, 'wanted: p95 at most 5000 ms');
    data[route] = { agentKilledMs, hubKilledMs, cableCutMs };
  }
  report('recovery', lines, data);
  if (routes.length < 2) console.log('  RabbitMQ is missing: apt-get install rabbitmq-server');
}
