import { join } from 'node:path';
import { callHub, privateHubFlags, startHub, until } from '@meshdeck/testing/mesh';
import { hubClient } from '../lib/hub-client.mjs';
import { startCrowd, untilAllActive } from './crowd.mjs';
import { jobEnds } from './job-ends.mjs';
import { handIn, makeNoop } from './noop-jobs.mjs';
import { startAgain } from './restart.mjs';

/** @typedef {import('@meshdeck/testing/mesh').Workshop} Workshop */
/** @typedef {import('@meshdeck/testing/mesh').RunningHub} RunningHub */

const patienceMs = 600_000;
/** Long enough that some are always under way when the hub is killed. */
const workMs = 300;
const unfinished = ['queued', 'placed', 'running', 'merging'];

/** @param {RunningHub} hub @returns {Promise<Record<string, number>>} how many jobs are in each state */
const countsOf = async (hub) => {
  /** @type {import('@meshdeck/shared').JobCounts} */
  const { byState } = await callHub(hub, '/job-counts');
  return byState;
};

/**
 * Jobs through a hub that is killed (SIGKILL) while they are under way, as often as asked for, and started again at once.
 * Every part of the jobs is handed in while the hub runs: what it has answered it must not lose.
 *
 * @param {Workshop} workshop @param {{ machines: number, jobs: number, kills: number }} settings
 */
export async function runWithKills(workshop, { machines, jobs, kills }) {
  let falselyLost = 0;
  let rest = '';
  /** A machine that lived and was given up for its silence. @param {string} text */
  const onOutput = (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    falselyLost += lines.filter((line) => line.includes('"reason":"silent"')).length;
  };
  let hub = await startHub({ dataDir: join(workshop.folder, 'hub'), flags: privateHubFlags, onOutput });
  workshop.keep({ stop: () => hub.stop() });
  const crowd = await startCrowd(workshop, hub, machines, workMs);
  await untilAllActive(hub, machines);
  let client = hubClient(hub);
  workshop.keep({ stop: () => client.stop() });
  const tables = await makeNoop(client);

  /** @type {Set<string>} */
  const handedIn = new Set();
  /** @type {{ readyMs: number, backMs: number, unfinished: number }[]} */
  const restarts = [];
  for (let kill = 0; kill < kills; kill += 1) {
    const upTo = Math.round(((kill + 1) * jobs) / kills);
    const part = upTo - handedIn.size;
    const { succeeded: before = 0 } = await countsOf(hub);
    for (const id of await handIn(client, tables, part)) handedIn.add(id);
    // Some of them are over, some wait, some are under way.
    const counts = await until(
      () => countsOf(hub),
      ({ succeeded = 0 }) => succeeded >= before + part / 4,
      {
        what: 'a quarter of a part to succeed',
        timeoutMs: patienceMs,
        everyMs: 20,
      },
    );
    hub.kill('SIGKILL');
    await hub.exited;
    await client.stop();
    const startedAt = performance.now();
    hub = await startAgain(hub, onOutput);
    client = hubClient(hub);
    const readyMs = performance.now() - startedAt;
    await untilAllActive(hub, machines);
    restarts.push({
      readyMs,
      backMs: performance.now() - startedAt - readyMs,
      unfinished: unfinished.reduce((sum, state) => sum + (counts[state] ?? 0), 0),
    });
  }
  await until(
    () => countsOf(hub),
    ({ succeeded = 0 }) => succeeded >= jobs,
    {
      what: 'every job to succeed',
      timeoutMs: patienceMs,
    },
  );
  const ends = await jobEnds(client, handedIn);
  return { ...ends, handedIn: handedIn.size, restarts, falselyLost, troubles: crowd.troubles() };
}
