import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { callHub, runCli, until } from '@meshdeck/testing/mesh';

/** @typedef {import('@meshdeck/shared').JobView} JobView */
/** @typedef {import('@meshdeck/shared').JobSummary} JobSummary */
/** @typedef {import('@meshdeck/shared').FileReference} FileReference */
/** @typedef {import('@meshdeck/testing/mesh').RunningHub} RunningHub */

/**
 * One pair of app and table, and what one undisturbed machine makes of it in one piece.
 *
 * @typedef {object} Recipe
 * @property {string} app
 * @property {FileReference} input
 * @property {number} rows
 * @property {Buffer} output
 * @property {string} sha256
 */

export const sha256 = (/** @type {Buffer} */ bytes) => createHash('sha256').update(bytes).digest('hex');
/** @param {{ state: string }} job */
export const isOver = ({ state }) => ['succeeded', 'failed', 'cancelled'].includes(state);
const retryMs = 100;

/** The hub was killed under the question, or has not come back yet; any other answer is an answer. @param {unknown} error */
const isCutOff = (error) =>
  error instanceof TypeError || (error instanceof Error && error.name === 'AbortError');

/** Asks until the hub answers. Only for what may be asked twice. @template T @param {import('./mesh.mjs').SoakMesh} mesh @param {(hub: RunningHub) => Promise<T>} question */
export async function ask(mesh, question) {
  for (;;) {
    try {
      return await mesh.whenThere(question);
    } catch (error) {
      if (!isCutOff(error)) throw error;
      await new Promise((done) => setTimeout(done, retryMs));
    }
  }
}

/** @param {RunningHub} hub @param {string} jobId @returns {Promise<Buffer>} */
export async function download(hub, jobId) {
  const response = await fetch(`${hub.ready.url}/api/v1/jobs/${jobId}/output`, {
    headers: { authorization: `Bearer ${hub.token}` },
  });
  if (!response.ok) throw new Error(`The result of ${jobId} was answered ${response.status}.`);
  return Buffer.from(await response.arrayBuffer());
}

/** @param {RunningHub} hub @param {import('./workload.mjs').SoakTable} table @returns {Promise<FileReference>} */
async function upload(hub, { name, path }) {
  const response = await fetch(`${hub.ready.url}/api/v1/files?name=${name}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${hub.token}`, 'content-type': 'application/octet-stream' },
    body: readFileSync(path),
  });
  if (!response.ok) throw new Error(`${name} was answered ${response.status}: ${await response.text()}`);
  return /** @type {Promise<any>} */ (response.json());
}

/**
 * Hands in one job, once: where the hub was killed before it answered, the job's name tells whether it has it.
 *
 * @param {import('./mesh.mjs').SoakMesh} mesh
 * @param {{ name: string, recipe: Recipe, shards?: number }} job
 * @returns {Promise<string>} its id
 */
export async function handIn(mesh, { name, recipe, shards }) {
  const json = {
    name,
    app: { name: recipe.app },
    input: { sha256: recipe.input.sha256, name: recipe.input.name },
    options: shards === undefined ? {} : { shards },
  };
  for (;;) {
    try {
      /** @type {JobView} */
      const job = await mesh.whenThere((hub) => callHub(hub, '/jobs', { method: 'POST', json }));
      return job.id;
    } catch (error) {
      if (!isCutOff(error)) throw error;
      /** @type {{ jobs: JobSummary[] }} */
      const { jobs } = await ask(mesh, (hub) => callHub(hub, '/jobs?limit=200'));
      const there = jobs.find((job) => job.name === name);
      if (there !== undefined) return there.id;
    }
  }
}

/**
 * Brings apps and tables to the hub, and lets every pair run once, whole, before anything is disturbed.
 *
 * @param {import('./mesh.mjs').SoakMesh} mesh
 * @param {import('./workload.mjs').SoakApp[]} apps
 * @returns {Promise<Recipe[]>}
 */
export async function prepareRecipes(mesh, apps) {
  /** @type {Recipe[]} */
  const recipes = [];
  for (const { name, folder, tables } of apps) {
    const push = await runCli(['apps', 'push', folder], { env: mesh.env });
    if (push.code !== 0) throw new Error(`${name} was not taken: ${push.stderr}`);
    for (const table of tables) {
      const input = await ask(mesh, (hub) => upload(hub, table));
      const whole = { app: name, input, rows: table.rows, output: Buffer.alloc(0), sha256: '' };
      const jobId = await handIn(mesh, { name: `whole ${name} ${table.name}`, recipe: whole });
      const done = await until(
        () => ask(mesh, (hub) => /** @type {Promise<JobView>} */ (callHub(hub, `/jobs/${jobId}`))),
        isOver,
        { what: `${name} on ${table.name}`, timeoutMs: 120_000 },
      );
      if (done.state !== 'succeeded' || done.rows !== table.rows) {
        throw new Error(`${name} on ${table.name}: ${JSON.stringify(done.failure)}, ${done.rows} rows`);
      }
      const output = await ask(mesh, (hub) => download(hub, jobId));
      recipes.push({ ...whole, output, sha256: sha256(output) });
    }
  }
  return recipes;
}
