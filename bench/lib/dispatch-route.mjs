import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listNodes, makeToken, privateHubFlags, startAgent, startHub, until } from '@meshdeck/testing/mesh';
import { models } from '@meshdeck/testing/models';
import { digits } from '@meshdeck/testing/tables';
import { hubClient } from './hub-client.mjs';

/** @typedef {ReturnType<typeof hubClient>} HubClient */
/** @typedef {{ app: string, tables: import('@meshdeck/shared').FileReference[] }} Work */
/** @typedef {import('@meshdeck/testing/mesh').Workshop} Workshop */

const machines = 2;
const noopScript = `import { copyFileSync } from 'node:fs';
copyFileSync(process.env.MESHDECK_INPUT, process.env.MESHDECK_OUTPUT + '/predictions.csv');
`;
/** As many different tables as a table of one number has in the throughput run: results differ as well. */
const differentTables = 50;

/**
 * A hub and two machines with a slot each.
 *
 * @param {Workshop} workshop @param {string} name @param {string[]} hubFlags @param {Record<string, string>} [env] of all of them
 */
export async function startRoute({ folder, keep }, name, hubFlags, env = {}) {
  const dataDir = join(folder, `${name}-hub`);
  const hub = keep(await startHub({ dataDir, flags: [...privateHubFlags, ...hubFlags], env }));
  const token = await makeToken(hub, machines);
  /** @type {ReturnType<typeof startAgent>[]} */
  const agents = [];
  for (let index = 1; index <= machines; index += 1) {
    const flags = ['--interface', '127.0.0.1', '--name', `bench-${index}`, '--slots', '1', '--join', token];
    const agent = keep(startAgent({ dataDir: join(folder, `${name}-${index}`), flags, env }));
    await agent.event('joined', 60_000);
    agents.push(agent);
  }
  await until(
    () => listNodes(hub),
    (nodes) =>
      nodes.filter(
        ({ membership, benchmarking, score }) => membership === 'joined' && !benchmarking && score !== null,
      ).length === machines,
    { what: 'the machines to take work', timeoutMs: 90_000 },
  );
  return { hub, agents, client: keep(hubClient(hub)) };
}

/** What is run: the digits sample, a model that gives back what it takes, a script that does the same. @param {HubClient} client */
export async function makeWork(client) {
  const read = (/** @type {string} */ path) => readFileSync(path);
  await client.pushApp('bench-digits.onnx', read(digits.model));
  await client.pushApp('bench-noop.onnx', read(models.noop));
  await client.pushApp('bench-script.mjs', Buffer.from(noopScript));
  const holdout = await client.putTable('digits.csv', read(digits.input));
  const numbers = await Promise.all(
    Array.from({ length: differentTables }, (_, value) =>
      client.putTable('x.csv', Buffer.from(`x\n${value}\n`)),
    ),
  );
  return {
    digits: { app: 'bench-digits', tables: [holdout] },
    noop: { app: 'bench-noop', tables: numbers },
    script: { app: 'bench-script', tables: numbers },
  };
}

/** @param {Work} work @param {number} index */
const requestOf = ({ app, tables }, index) => {
  const table = tables[index % tables.length];
  return { app: { name: app }, input: { sha256: table?.sha256, name: table?.name }, options: {} };
};

/**
 * From handing a job in to knowing that its result is committed, one after another.
 *
 * @param {HubClient} client @param {Work} work @param {{ warmUp: number, count: number }} how
 */
export async function oneAtATime(client, work, { warmUp, count }) {
  /** @type {number[]} */
  const waitsMs = [];
  for (let index = 0; index < warmUp + count; index += 1) {
    const startedAt = performance.now();
    /** @type {import('@meshdeck/shared').JobView} */
    const { state, failure } = await client.call('POST', '/jobs?wait=60', { json: requestOf(work, index) });
    if (state !== 'succeeded') throw new Error(`The job ended ${state}: ${failure?.message}`);
    if (index >= warmUp) waitsMs.push(performance.now() - startedAt);
  }
  return waitsMs;
}

/**
 * Handed in by hundreds, until the last result is committed.
 *
 * @param {HubClient} client @param {Work} work @param {number} count
 */
export async function manyAtOnce(client, work, count) {
  const batch = 500;
  const startedAt = performance.now();
  /** @type {string[]} */
  const ids = [];
  for (let at = 0; at < count; at += batch) {
    const jobs = Array.from({ length: Math.min(batch, count - at) }, (_, index) =>
      requestOf(work, at + index),
    );
    /** @type {{ ids: string[] }} */
    const answer = await client.call('POST', '/jobs/batch', { json: { jobs } });
    ids.push(...answer.ids);
  }
  const handedInMs = performance.now() - startedAt;
  const open =
    '/jobs?limit=1&state=queued&state=placed&state=running&state=merging&state=failed&state=cancelled';
  await until(
    async () => {
      /** @type {{ jobs: import('@meshdeck/shared').JobSummary[] }} */
      const { jobs } = await client.call('GET', open);
      return jobs[0] ?? null;
    },
    (job) => {
      if (job?.state === 'failed') throw new Error(`A job failed: ${job.failure?.message}`);
      return job === null;
    },
    { what: 'every job to succeed', timeoutMs: 600_000, everyMs: 50 },
  );
  const seconds = (performance.now() - startedAt) / 1000;
  if (new Set(ids).size !== count) throw new Error('Ids were given out twice.');
  return { perSecond: count / seconds, handedInMs, seconds };
}
