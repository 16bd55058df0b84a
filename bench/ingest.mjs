import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { root } from '@meshdeck/testing/checkout';
import { callHub, inWorkshop, listAll, startHub, until } from '@meshdeck/testing/mesh';
import { onPath, startProgram } from '@meshdeck/testing/programs';
import { inCount, report } from './lib/report.mjs';

const messages = 600_000;
const connections = 2;

/** @typedef {import('@meshdeck/testing/mesh').Workshop} Workshop */
/** @typedef {{ clientId: string, username?: string, password?: string, topic: string }} Publisher */

/** @param {{ host: string, port: number, publishers: Publisher[] }} to @returns {Promise<{ startedAt: number, endedAt: number, close: () => void }>} */
function publishAll(to) {
  const args = [join(root, 'bench/lib/publish.mjs'), JSON.stringify({ ...to, messages })];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`The publisher left with ${code}.`)));
    child.stdout.once('data', (line) =>
      resolve({ ...JSON.parse(String(line)), close: () => child.stdin.end() }),
    );
  });
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** Readings from sensors to rows in the store. @param {Workshop} workshop */
async function throughHub({ folder, keep }) {
  const hub = keep(await startHub({ dataDir: join(folder, 'hub') }));
  const sensors = await Promise.all(
    Array.from({ length: connections }, async (_, index) => {
      /** @type {import('@meshdeck/shared').SensorCredential} */
      const credential = await callHub(hub, '/sensors', {
        method: 'POST',
        json: { name: `Probe ${index}`, id: `probe-${index}` },
      });
      const { username, password, sensor } = credential;
      return { clientId: username, username, password, topic: sensor.topic };
    }),
  );
  const { hostname: host, port } = new URL(hub.ready.sensors);
  const sent = await publishAll({ host, port: Number(port), publishers: sensors });
  const stored = async () => {
    /** @type {import('@meshdeck/shared').SeriesInfo[]} */
    const series = await listAll(hub, 'series');
    return series
      .filter(({ source }) => source.startsWith('sensor:'))
      .reduce((sum, { count }) => sum + count, 0);
  };
  const count = await until(stored, (rows) => rows >= messages, {
    what: 'every reading to be stored',
    everyMs: 50,
    timeoutMs: 120_000,
  });
  const storedAt = Date.now();
  sent.close();
  return {
    count,
    perSecond: messages / ((storedAt - sent.startedAt) / 1000),
    publishedMs: sent.endedAt - sent.startedAt,
  };
}

/** The same messages from publishers to one subscriber, stored nowhere. @param {Workshop} workshop */
async function throughMosquitto({ folder, keep }) {
  const program = onPath('mosquitto');
  if (program === null) return null;
  const port = await freePort();
  const config = join(folder, 'mosquitto.conf');
  writeFileSync(
    config,
    `listener ${port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\nset_tcp_nodelay true\n`,
  );
  keep(startProgram({ name: 'mosquitto', command: program, args: ['-c', config] }));
  const counting = JSON.stringify({ host: '127.0.0.1', port, topic: 'probe/#', messages });
  await until(() => accepts(port), Boolean, { what: 'mosquitto to listen' });
  const counter = keep(
    startProgram({
      name: 'the counter',
      command: process.execPath,
      args: [join(root, 'bench/lib/count.mjs'), counting],
    }),
  );
  await counter.event('subscribed');
  const publishers = Array.from({ length: connections }, (_, index) => ({
    clientId: `p${index}`,
    topic: `probe/${index}`,
  }));
  const sent = await publishAll({ host: '127.0.0.1', port, publishers });
  const { count, lastAt } = await counter.event('counted', 120_000);
  sent.close();
  return { count: Number(count), perSecond: Number(count) / ((Number(lastAt) - sent.startedAt) / 1000) };
}

/** @param {number} port @returns {Promise<boolean>} */
async function accepts(port) {
  const { connect } = await import('node:net');
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

export default async function benchIngest() {
  const { hub, mosquitto } = await inWorkshop(async (workshop) => ({
    mosquitto: await throughMosquitto(workshop),
    hub: await throughHub(workshop),
  }));
  const lost = (/** @type {number} */ count) => `${inCount(messages - count)} of ${inCount(messages)} lost`;
  report(
    'ingest',
    [
      {
        what: 'meshdeck, MQTT to store',
        value: `${inCount(hub.perSecond)} readings/s`,
        note: lost(hub.count),
      },
      mosquitto === null
        ? { what: 'mosquitto', value: '-', note: 'not here: apt-get install mosquitto' }
        : {
            what: 'mosquitto, publisher to subscriber, storing nothing',
            value: `${inCount(mosquitto.perSecond)} messages/s`,
            note: lost(mosquitto.count),
          },
    ],
    { messages, connections, hub, mosquitto },
  );
}
