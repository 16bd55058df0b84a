import { readFileSync } from 'node:fs';
import { models } from '@meshdeck/testing/models';
import { until } from '@meshdeck/testing/mesh';

/** @typedef {ReturnType<typeof import('../lib/hub-client.mjs').hubClient>} HubClient */
/** @typedef {import('@meshdeck/shared').FileReference} FileReference */

/** As many different tables as jobs have: what a machine holds and gets differs as well. */
const differentTables = 50;
const batch = 500;
const unfinished = ['queued', 'placed', 'running', 'merging', 'failed', 'cancelled']
  .map((state) => `&state=${state}`)
  .join('');

/** The work: a model that gives back what it takes. @param {HubClient} client */
export async function makeNoop(client) {
  const noop = readFileSync(models.noop);
  await client.pushApp('fleet-noop.onnx', noop);
  return Promise.all(
    Array.from({ length: differentTables }, (_, value) =>
      client.putTable('x.csv', Buffer.from(`x\n${value}\n`)),
    ),
  );
}

/** @param {readonly FileReference[]} tables @param {number} index */
function requestOf(tables, index) {
  const table = tables[index % tables.length];
  const input = { sha256: table?.sha256, name: table?.name };
  return { app: { name: 'fleet-noop' }, input, options: {} };
}

/** From handing a job in to its committed result, one after another, in ms. @param {HubClient} client @param {readonly FileReference[]} tables @param {number} count */
export async function oneByOne(client, tables, count) {
  /** @type {number[]} */
  const waits = [];
  for (let index = 0; index < count; index += 1) {
    const startedAt = performance.now();
    /** @type {import('@meshdeck/shared').JobView} */
    const job = await client.call('POST', '/jobs?wait=60', { json: requestOf(tables, index) });
    if (job.state !== 'succeeded') throw new Error(`A job ended ${job.state}: ${job.failure?.message}`);
    waits.push(performance.now() - startedAt);
  }
  return waits;
}

/** Handed in by hundreds; the ids of the jobs. @param {HubClient} client @param {readonly FileReference[]} tables @param {number} count */
export async function handIn(client, tables, count) {
  /** @type {string[]} */
  const ids = [];
  for (let at = 0; at < count; at += batch) {
    const size = Math.min(batch, count - at);
    const requests = Array.from({ length: size }, (_, index) => requestOf(tables, at + index));
    /** @type {{ ids: string[] }} */
    const answer = await client.call('POST', '/jobs/batch', { json: { jobs: requests } });
    ids.push(...answer.ids);
  }
  return ids;
}

/** Handed in by hundreds; resolves when all have succeeded. @param {HubClient} client @param {readonly FileReference[]} tables @param {number} count */
export async function allAtOnce(client, tables, count) {
  await handIn(client, tables, count);
  await until(
    async () => {
      /** @type {{ jobs: import('@meshdeck/shared').JobSummary[] }} */
      const { jobs } = await client.call('GET', `/jobs?limit=1${unfinished}`);
      return jobs[0] ?? null;
    },
    (job) => {
      if (job?.state === 'failed') throw new Error(`A job failed: ${job.failure?.message}`);
      return job === null;
    },
    { what: 'every job to succeed', timeoutMs: 900_000, everyMs: 100 },
  );
}
