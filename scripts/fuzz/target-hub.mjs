import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { decodeJoinToken } from '@meshdeck/shared';
import { createIdentity } from '@meshdeck/shared/runtime/identity';
import {
  callHub,
  isReadyForWork,
  listNodes,
  makeToken,
  runCli,
  startAgent,
  startHub,
  until,
} from '@meshdeck/testing/mesh';
import { root } from '../build/paths.mjs';
import { heldBytes, probeEnvironment } from './held-memory.mjs';

/** @typedef {import('@meshdeck/testing/mesh').RunningHub} RunningHub */
/** @typedef {import('@meshdeck/testing/mesh').Workshop} Workshop */
/** @typedef {{ key: string, cert: string }} Identity */
/** @typedef {{ nodeId: string, clientId: string, identity: Identity }} StolenNode */
/** @typedef {{ username: string, password: string }} HostileSensor */
/**
 * A hub with one honest machine, and what an attacker may have got hold of.
 *
 * @typedef {object} FuzzTarget
 * @property {RunningHub} hub
 * @property {Identity} stranger
 * @property {StolenNode[]} nodes
 * @property {HostileSensor[]} sensors
 * @property {string} readKey an API key that may look and nothing else
 * @property {{ method: string, path: string }[]} routes of the people's API
 * @property {() => Promise<number | null>} heldBytes memory of the hub without garbage; null where it does not answer
 * @property {() => Promise<void>} runHonestJob
 * @property {() => Promise<Record<string, unknown>>} takeStock what nothing of all this may change
 */

/** @param {string} commonName @returns {Promise<Identity>} */
async function makeIdentity(commonName) {
  const pem = await createIdentity({ commonName, now: new Date() });
  return { key: pem.privateKeyPem, cert: pem.certificatePem };
}

/** @param {{ port: number, identity: Identity, json: unknown }} options @returns {Promise<{ nodeId: string }>} */
function sayHello({ port, identity, json }) {
  return new Promise((resolve, reject) => {
    const call = request(
      {
        ...identity,
        ...{ host: '127.0.0.1', port, path: '/agent/v1/hello', method: 'POST', rejectUnauthorized: false },
        headers: { 'content-type': 'application/json' },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part) => (text += part));
        response.on('end', () =>
          response.statusCode === 200
            ? resolve(JSON.parse(text))
            : reject(new Error(`The hub took no hello: ${text}`)),
        );
      },
    );
    call.once('error', reject);
    call.end(JSON.stringify(json));
  });
}

/** A machine that belongs to the mesh, and whose key somebody else has. @param {RunningHub} hub @param {number} index @returns {Promise<StolenNode>} */
export async function stealNode(hub, index) {
  const identity = await makeIdentity(`stolen-${index}`);
  const { tokenId, secret } = decodeJoinToken(await makeToken(hub, 1));
  const instanceId = randomBytes(8).toString('hex');
  const { nodeId } = await sayHello({
    port: Number(new URL(hub.ready.tls).port),
    identity,
    json: {
      ...{
        instanceId,
        name: `stolen-${index}`,
        version: '0.1.0',
        platform: 'linux-x64',
        slots: 1,
        labels: {},
      },
      join: { tokenId, secret },
    },
  });
  return { nodeId, identity, clientId: `${nodeId}:${instanceId}` };
}

/** @param {RunningHub} hub @param {Workshop} workshop */
export async function startHonestMachine(hub, { folder, keep }) {
  const flags = ['--interface', '127.0.0.1', '--name', 'honest', '--join', await makeToken(hub, 1)];
  const agent = keep(startAgent({ dataDir: join(folder, 'honest'), flags }));
  await agent.event('joined', 60_000);
  await until(
    () => listNodes(hub),
    (nodes) =>
      nodes.some((node) => node.name === 'honest' && isReadyForWork(node) && (node.score?.score ?? 0) > 0),
    { what: 'the honest machine to take work', timeoutMs: 90_000 },
  );
}

/** @param {RunningHub} hub @param {string} file */
async function honestJob(hub, file) {
  const folder = join(root, 'sample-apps/digits');
  const ran = await runCli(
    ['run', join(folder, 'digits.onnx'), '--input', join(folder, 'digits-holdout.csv'), '--out', file],
    { env: hub.env },
  );
  if (ran.code !== 0) throw new Error(`An honest job did not run: ${ran.stderr}`);
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

/** @param {unknown} list @param {(item: any) => unknown} part */
const sorted = (list, part) =>
  Array.isArray(list) ? list.map((item) => JSON.stringify(part(item))).sort() : list;

/** @param {RunningHub} hub @returns {Promise<Record<string, unknown>>} */
async function takeStock(hub) {
  const [nodes, jobs, sensors, people, invitations, keys, tokens, apps, settings] = await Promise.all(
    [
      'nodes',
      'jobs',
      'sensors',
      'people',
      'invitations',
      'keys',
      'join-tokens',
      'apps',
      'settings/people',
    ].map((path) => /** @type {Promise<Record<string, unknown>>} */ (callHub(hub, `/${path}`))),
  );
  return {
    // Who is only seen on the network is no part of it.
    nodes: sorted(
      /** @type {{ membership: string }[]} */ (nodes?.['nodes'] ?? []).filter(
        ({ membership }) => membership !== 'seen',
      ),
      ({ id, name, membership, labels }) => ({ id, name, membership, labels }),
    ),
    jobs: sorted(jobs?.['jobs'], ({ id, state }) => ({ id, state })),
    sensors: sorted(sensors?.['sensors'], ({ id, name, units }) => ({ id, name, units })),
    people: sorted(people?.['people'], ({ id, email, role, state }) => ({ id, email, role, state })),
    invitations: sorted(invitations?.['invitations'], ({ id }) => id),
    keys: sorted(keys?.['keys'], ({ id, scopes }) => ({ id, scopes })),
    tokens: sorted(tokens?.['tokens'], ({ id, usesLeft }) => ({ id, usesLeft })),
    apps: sorted(apps?.['apps'], ({ name, version }) => ({ name, version })),
    settings,
  };
}

/**
 * DELETE here is right without any input, from whoever may do everything: it ends all of their access, the reader's key too, as it
 * says. A path of the list is drawn with other methods as well, so it is left out whole.
 */
const endsOwnAccess = '/api/v1/me/sessions';

/**
 * @param {Workshop} workshop
 * @param {number} many so many stolen machines and hostile sensors
 * @returns {Promise<FuzzTarget>}
 */
export async function startFuzzTarget({ folder, keep }, many) {
  const memoryFile = join(folder, 'memory.json');
  const hub = keep(await startHub({ dataDir: join(folder, 'hub'), env: probeEnvironment(memoryFile) }));
  await startHonestMachine(hub, { folder, keep });
  /** @type {HostileSensor[]} */
  const sensors = [];
  for (let index = 0; index < many; index += 1) {
    sensors.push(await callHub(hub, '/sensors', { method: 'POST', json: { name: `hostile-${index}` } }));
  }
  /** @type {{ key: string }} */
  const { key } = await callHub(hub, '/keys', {
    method: 'POST',
    json: { name: 'reader', scopes: ['read'] },
  });
  await callHub(hub, '/people', {
    method: 'POST',
    json: { email: 'ada@example.org', name: 'Ada', role: 'user' },
  });
  const nodes = await Promise.all(Array.from({ length: many }, (_, index) => stealNode(hub, index)));
  const response = await fetch(`${hub.ready.url}/api/openapi.json`, {
    headers: { authorization: `Bearer ${hub.token}` },
  });
  const { paths } = /** @type {{ paths: Record<string, Record<string, unknown>> }} */ (await response.json());
  const output = join(folder, 'predictions.csv');
  const expected = await honestJob(hub, output);
  return {
    hub,
    stranger: await makeIdentity('stranger'),
    nodes,
    sensors,
    readKey: key,
    routes: Object.entries(paths)
      .flatMap(([path, calls]) => Object.keys(calls).map((method) => ({ method, path })))
      .filter(({ path }) => path !== endsOwnAccess),
    heldBytes: () => heldBytes(hub, memoryFile),
    takeStock: () => takeStock(hub),
    async runHonestJob() {
      if ((await honestJob(hub, output)) !== expected)
        throw new Error('An honest job has another result now.');
    },
  };
}
