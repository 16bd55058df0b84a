import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import mqtt from 'mqtt';

/** The name of what is measured beside the hub, for comparison. */
export const bareKind = 'a bare server beside';

/** @typedef {{ what: string, at: number, ms: number }} Sample when it began (performance.now) and how long it took */

const everyMs = 40;
/** What is not answered by then counts as so long. */
const patienceMs = 20_000;

/** @param {string} url @param {Agent | false} agent @param {Record<string, string>} headers @returns {Promise<number>} ms */
function timed(url, agent, headers = {}) {
  return new Promise((resolve) => {
    const began = performance.now();
    const done = () => resolve(performance.now() - began);
    const call = request(url, { agent, headers, timeout: patienceMs }, (response) => {
      if (response.statusCode !== 200) setTimeout(done, patienceMs);
      response.resume().once('end', done);
      response.once('error', () => setTimeout(done, patienceMs));
    });
    call.once('timeout', () => call.destroy());
    call.once('error', () => resolve(Math.max(patienceMs, performance.now() - began)));
    call.end();
  });
}

/**
 * What others do meanwhile: a page that is open, a program that lists jobs, a chart, a sensor and a machine that wait for
 * their acknowledgements. Each waits for its answer and asks again a moment later.
 *
 * @param {import('./room.mjs').Room} room
 */
export async function startHonestTraffic({ hub, honest, facts }) {
  const { person, sensor, node } = honest;
  const bare = fork(fileURLToPath(new URL('bare-server.mjs', import.meta.url)));
  const [{ port }] = /** @type {[{ port: number }]} */ (await once(bare, 'message'));
  const agent = new Agent({ keepAlive: true });
  const headers = { authorization: `Bearer ${person.key}` };
  const api = `${hub.ready.url}/api/v1`;
  const reading = `meshdeck/v1/sensors/${sensor.username}/readings`;
  const sensorClient = await mqtt.connectAsync(hub.ready.sensors, { ...sensor });
  const nodeClient = await mqtt.connectAsync(hub.ready.mqtt, {
    ...{ clientId: node.clientId, username: node.nodeId },
    ...{ key: node.identity.key, cert: node.identity.cert, rejectUnauthorized: false },
  });
  const page = await mqtt.connectAsync(`${hub.ready.url.replace('http', 'ws')}/mqtt`, {
    protocolVersion: 4,
    wsOptions: { headers },
  });
  await page.subscribeAsync(reading);
  /** @type {Map<string, () => void>} */
  const awaited = new Map();
  page.on('message', (_topic, payload) => awaited.get(payload.toString())?.());

  /** From the sensor to the page. */
  let number = 0;
  async function live() {
    number += 1;
    const payload = JSON.stringify({ live: number });
    const began = performance.now();
    const heard = new Promise((resolve) => awaited.set(payload, () => resolve(undefined)));
    sensorClient.publish(reading, payload);
    await Promise.race([heard, pause(patienceMs, undefined, { ref: false })]);
    awaited.delete(payload);
    return performance.now() - began;
  }
  /** @param {() => Promise<unknown>} work */
  const timeOf = async (work) => {
    const began = performance.now();
    await Promise.race([work().catch(() => pause(patienceMs)), pause(patienceMs, undefined, { ref: false })]);
    return performance.now() - began;
  };
  const metrics = JSON.stringify({ ts: Date.now(), nothing: 'that counts' });
  const since = Date.now() - 3_600_000;
  const chart = `${api}/series/points?source=sensor:${sensor.username}&from=${since}&to=${Date.now() + 3_600_000}`;

  /** @type {Record<string, () => Promise<number>>} */
  const kinds = {
    [bareKind]: () => timed(`http://127.0.0.1:${port}/`, false),
    'health, a new connection': () => timed(`${hub.ready.url}/healthz`, false),
    'list of jobs': () => timed(`${api}/jobs?limit=20`, agent, headers),
    chart: () => timed(chart, agent, headers),
    'reading to a page': live,
    'machine, acknowledged': () =>
      timeOf(() => nodeClient.publishAsync(`meshdeck/v1/nodes/${node.nodeId}/metrics`, metrics, { qos: 1 })),
  };
  /** @type {Sample[]} */
  const samples = [];
  let isOver = false;
  const loops = Object.entries(kinds).map(async ([what, once]) => {
    while (!isOver) {
      const at = performance.now();
      const ms = await once();
      samples.push({ what, at, ms });
      await pause(everyMs);
    }
  });
  return {
    samples,
    things: facts.things,
    async stop() {
      isOver = true;
      await Promise.all(loops);
      agent.destroy();
      for (const client of [sensorClient, nodeClient, page]) client.end(true);
      bare.kill('SIGKILL');
    },
  };
}

/** @param {readonly number[]} values @param {number} share */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
