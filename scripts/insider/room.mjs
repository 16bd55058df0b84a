import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { callHub, startHub, until } from '@meshdeck/testing/mesh';
import mqtt from 'mqtt';
import { root } from '../build/paths.mjs';
import { probeEnvironment } from '../fuzz/held-memory.mjs';
import { stealNode, startHonestMachine } from '../fuzz/target-hub.mjs';
import { makePerson } from './people.mjs';

/** @typedef {import('@meshdeck/testing/mesh').RunningHub} RunningHub */
/** @typedef {import('./people.mjs').Somebody} Somebody */
/** @typedef {{ nodeId: string, clientId: string, identity: { key: string, cert: string } }} StolenNode */
/** @typedef {{ username: string, password: string }} Sensor */
/**
 * What an insider knows: plain data, so that it can be handed to another process.
 *
 * @typedef {object} Facts
 * @property {string} url
 * @property {string} agents the machines' HTTPS door
 * @property {string} mqtt
 * @property {string} sensors
 * @property {Record<'user' | 'owner' | 'operator' | 'admin', Somebody>} people `owner` has the things; `user` is the curious one
 * @property {StolenNode} stolen
 * @property {Sensor} sensor
 * @property {{ method: string, path: string }[]} routes
 * @property {{ job: string, ownJob: string, longJob: string, openJob: string, partsJob: string, app: string, sensorId: string, nodeId: string, table: string, partsTable: string, source: string }} things
 */
/** @typedef {{ hub: RunningHub, memoryFile: string, turnsFile: string, honest: { person: Somebody, sensor: Sensor, node: StolenNode }, facts: Facts }} Room */

const logBytes = 8 * 1024 * 1024;
const auditLines = 150_000;
const readings = 150_000;

/** @param {RunningHub} hub @param {string} key @param {string} path @param {RequestInit} call @returns {Promise<any>} */
async function asPerson(hub, key, path, call) {
  const response = await fetch(`${hub.ready.url}/api/v1${path}`, {
    ...call,
    headers: { authorization: `Bearer ${key}`, ...call.headers },
  });
  if (!response.ok) throw new Error(`${path} was answered ${response.status}: ${await response.text()}`);
  return response.json();
}

/** A job that has ended, of this person. @param {RunningHub} hub @param {Somebody} person */
async function runJob(hub, person) {
  const table = readFileSync(join(root, 'sample-apps/digits/digits-holdout.csv'));
  const input = await asPerson(hub, person.key, '/files?name=digits.csv', { method: 'PUT', body: table });
  const json = { app: { name: 'digits' }, input: { sha256: input.sha256, name: 'digits.csv' } };
  const job = await asPerson(hub, person.key, '/jobs?wait=60', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(json),
  });
  if (job.state !== 'succeeded') throw new Error(`The job of ${person.email} ${job.state}.`);
  return { job, table: input.sha256 };
}

/** One with a result of ten thousand rows; two that wait for a machine that is not there: one whole, one in as many parts as there may be. @param {RunningHub} hub @param {Somebody} person */
async function startJobs(hub, person) {
  const lines = readFileSync(join(root, 'sample-apps/digits/digits-holdout.csv'), 'utf8').trim().split('\n');
  const [head = '', row = ''] = lines;
  const table = `${head}\n${`${row}\n`.repeat(10_000)}`;
  const input = await asPerson(hub, person.key, '/files?name=parts.csv', { method: 'PUT', body: table });
  const start = (/** @type {object} */ options, wait = 0) =>
    asPerson(hub, person.key, `/jobs?wait=${wait}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        app: { name: 'digits' },
        input: { sha256: input.sha256, name: 'parts.csv' },
        options,
      }),
    });
  const queue = (/** @type {number} */ shards) => start({ shards, labels: { no: 'where' } });
  const long = await start({}, 120);
  if (long.state !== 'succeeded') throw new Error(`The long job of ${person.email} ${long.state}.`);
  const [one, parts] = [await queue(1), await queue(10_000)];
  const isCut = async () =>
    (await callHub(hub, `/jobs?limit=500&text=${parts.id}`)).jobs[0]?.shards === 10_000;
  await until(isCut, Boolean, { what: 'a table in ten thousand parts', timeoutMs: 120_000 });
  return { longJob: long.id, openJob: one.id, partsJob: parts.id, partsTable: input.sha256 };
}

/** As much as one attempt may have printed. @param {RunningHub} hub @param {{ id: string, tasks: { attempts: { id: string }[] }[] }} job */
function writeLog(hub, job) {
  const attemptId = job.tasks[0]?.attempts[0]?.id ?? '';
  const folder = join(hub.dataDir, 'jobs', job.id, 'logs');
  mkdirSync(folder, { recursive: true });
  const lines = Array.from({ length: 100 }, (_, index) => ({
    ts: 1_700_000_000_000 + index,
    stream: 'stdout',
    text: `epoch ${index} loss 0.${index} `.padEnd(120, 'x'),
  }));
  const one = (/** @type {number} */ at) => `${JSON.stringify({ at, attemptId, lines, dropped: 0 })}\n`;
  const count = Math.floor(logBytes / one(1).length);
  appendFileSync(
    join(folder, `${attemptId}.jsonl`),
    Array.from({ length: count }, (_, at) => one(at + 1)).join(''),
  );
}

/** A day of a busy room, long ago. @param {RunningHub} hub */
function writeAudit(hub) {
  const at = Date.UTC(2024, 0, 2, 12);
  const entry = (/** @type {number} */ index) =>
    JSON.stringify({
      id: (at + index).toString(36).padStart(9, '0') + '0000',
      at: at + index,
      actor: { id: 'x', name: 'Somebody', role: 'user', via: 'key', key: 'k' },
      address: '127.0.0.1',
      action: 'jobs.create',
      target: `job-${index}`,
      outcome: 'done',
      status: 201,
      detail: null,
    });
  const lines = Array.from({ length: auditLines }, (_, index) => entry(index));
  writeFileSync(join(hub.dataDir, 'audit', '2024-01-02.jsonl'), `${lines.join('\n')}\n`);
}

/** Weeks of a sensor's readings. @param {RunningHub} hub @param {Sensor} sensor */
async function writeReadings(hub, { username, password }) {
  const client = await mqtt.connectAsync(hub.ready.sensors, { username, password, reconnectPeriod: 0 });
  const now = Date.now();
  const span = 20 * 86_400_000;
  const batches = readings / 8 / 500;
  for (let batch = 0; batch < batches; batch += 1) {
    const rows = Array.from({ length: 500 }, (_, index) => {
      const ts = Math.floor(now - span + ((batch * 500 + index) / (readings / 8)) * span);
      const value = Math.sin(ts / 1e7);
      return { ts, a: value, b: value, c: value, d: value, e: value, f: value, g: value, h: value };
    });
    await client.publishAsync(`meshdeck/v1/sensors/${username}/readings`, JSON.stringify(rows), { qos: 1 });
  }
  await client.endAsync();
}

/**
 * A hub with a machine, four people, what a room gathers in some weeks, and what an insider may have got hold of.
 *
 * @param {import('@meshdeck/testing/mesh').Workshop} workshop
 * @returns {Promise<Room>}
 */
export async function openRoom({ folder, keep }) {
  const memoryFile = join(folder, 'memory.json');
  const turnsFile = join(folder, 'turns.jsonl');
  const probes = probeEnvironment(memoryFile);
  const turnProbe = fileURLToPath(new URL('turn-probe.mjs', import.meta.url));
  const env = {
    ...probes,
    NODE_OPTIONS: `${probes.NODE_OPTIONS} --import ${pathToFileURL(turnProbe).href}`,
    TURNS_FILE: turnsFile,
  };
  const hub = keep(await startHub({ dataDir: join(folder, 'hub'), env }));
  await startHonestMachine(hub, { folder, keep });
  const person = await makePerson(hub, 'grace', 'user');
  const people = {
    owner: await makePerson(hub, 'olive', 'user'),
    user: await makePerson(hub, 'mallory', 'user'),
    operator: await makePerson(hub, 'oscar', 'operator'),
    admin: await makePerson(hub, 'alice', 'admin'),
  };
  /** @param {string} name @returns {Promise<Sensor>} */
  const register = (name) => callHub(hub, '/sensors', { method: 'POST', json: { name } });
  const [honestSensor, sensor] = [await register('greenhouse'), await register('mallory')];
  await callHub(hub, '/samples/digits', { method: 'POST' });
  const { job, table } = await runJob(hub, people.owner);
  const { job: ownJob } = await runJob(hub, people.user);
  await runJob(hub, person);
  const started = await startJobs(hub, people.user);
  for (const each of [job, ownJob]) writeLog(hub, each);
  writeAudit(hub);
  await writeReadings(hub, sensor);
  const [node, stolen] = [await stealNode(hub, 1), await stealNode(hub, 2)];
  const response = await fetch(`${hub.ready.url}/api/openapi.json`, {
    headers: { authorization: `Bearer ${hub.token}` },
  });
  const { paths } = /** @type {{ paths: Record<string, Record<string, unknown>> }} */ (await response.json());
  const { username, password } = sensor;
  return {
    hub,
    memoryFile,
    turnsFile,
    honest: { person, sensor: { username: honestSensor.username, password: honestSensor.password }, node },
    facts: {
      url: hub.ready.url,
      agents: hub.ready.tls,
      mqtt: hub.ready.mqtt,
      sensors: hub.ready.sensors,
      people,
      stolen,
      sensor: { username, password },
      routes: Object.entries(paths).flatMap(([path, calls]) =>
        Object.keys(calls).map((method) => ({ method: method.toUpperCase(), path })),
      ),
      things: {
        job: job.id,
        ownJob: ownJob.id,
        app: 'digits',
        sensorId: username,
        nodeId: node.nodeId,
        table,
        ...started,
        source: `sensor:${username}`,
      },
    },
  };
}
