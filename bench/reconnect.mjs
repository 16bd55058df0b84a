import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '@meshdeck/testing/checkout';
import { inWorkshop, listNodes, makeToken, startHub, until } from '@meshdeck/testing/mesh';
import { startProgram } from '@meshdeck/testing/programs';
import { inCount, inMs, percentile, report } from './lib/report.mjs';

const agents = 200;
const restarts = 3;
const policyRounds = 7;
const messages = 300_000;

/** @typedef {import('@meshdeck/testing/mesh').Workshop} Workshop */
/** @typedef {import('@meshdeck/testing/mesh').RunningHub} RunningHub */

/** @param {RunningHub} hub */
const untilAllActive = (hub) =>
  until(
    () => listNodes(hub),
    (nodes) =>
      nodes.filter(({ membership, presence }) => membership === 'joined' && presence === 'active').length ===
      agents,
    { what: `${agents} agents to be active`, everyMs: 50, timeoutMs: 60_000 },
  );

/** Hub stopped and started again: how long until every agent is back. @param {Workshop} workshop */
async function restartHub({ folder, keep }) {
  const dataDir = join(folder, 'hub');
  let hub = await startHub({ dataDir });
  keep({ stop: () => hub.stop() });
  const port = (/** @type {string} */ url) => new URL(url).port;
  const { ready } = hub;
  const flags = [
    ...['--port', port(ready.url), '--tls-port', port(ready.tls)],
    ...['--mqtt-port', port(ready.mqtt), '--sensor-port', port(ready.sensors)],
    ...['--interface', '127.0.0.1', '--lan-host', '127.0.0.1'],
  ];
  const token = await makeToken(hub, agents);
  const crowd = keep(
    startProgram({
      name: 'the agents',
      command: process.execPath,
      args: [join(root, 'mesh-node/bench/agents.mjs'), JSON.stringify({ count: agents, token })],
    }),
  );
  await crowd.event('joined', 120_000);
  await untilAllActive(hub);
  /** @type {number[]} */
  const backMs = [];
  for (let round = 0; round < restarts; round += 1) {
    await hub.stop();
    hub = await startHub({ dataDir, flags });
    const readyAt = performance.now();
    await untilAllActive(hub);
    backMs.push(performance.now() - readyAt);
  }
  // Refused, cloned, too many: whatever a person would have to mend.
  const lockedOut = crowd
    .output()
    .split('\n')
    .filter((line) => line.includes('"trouble"') && !line.includes('hub-unreachable')).length;
  return { backMs, lockedOut };
}

/** Through one broker: messages a second, and processor time each, in µs. @param {'with' | 'without'} how */
async function throughBroker(how) {
  const broker = spawn(
    process.execPath,
    [join(root, 'broker/bench/policy-broker.mjs'), how, String(messages)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const lines = createInterface({ input: broker.stdout })[Symbol.asyncIterator]();
  try {
    const { port } = JSON.parse((await lines.next()).value);
    const publishers = ['probe-0', 'probe-1'].map((name) => ({
      ...{ clientId: name, username: name, password: 'x' },
      topic: `meshdeck/v1/sensors/${name}/readings`,
    }));
    const publisher = spawn(
      process.execPath,
      [
        join(root, 'bench/lib/publish.mjs'),
        JSON.stringify({ host: '127.0.0.1', port, publishers, messages }),
      ],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    );
    const [sent, took] = await Promise.all([
      new Promise((resolve) => publisher.stdout.once('data', (line) => resolve(JSON.parse(String(line))))),
      lines.next().then(({ value }) => JSON.parse(value)),
    ]);
    publisher.stdin.end();
    return {
      perSecond: messages / ((took.at - sent.startedAt) / 1000),
      cpuUs: (took.cpuMs * 1000) / messages,
    };
  } finally {
    broker.kill();
  }
}

async function comparePolicies() {
  /** @type {Record<'with' | 'without', { perSecond: number, cpuUs: number }[]>} */
  const rates = { with: [], without: [] };
  // Turn about, so that a busy machine is busy for both.
  for (let round = 0; round < policyRounds; round += 1) {
    for (const how of /** @type {const} */ (['with', 'without'])) rates[how].push(await throughBroker(how));
  }
  return rates;
}

export default async function benchReconnect() {
  const rates = await comparePolicies();
  const { backMs, lockedOut } = await inWorkshop(restartHub);
  /** @param {'with' | 'without'} how @param {'perSecond' | 'cpuUs'} what */
  const median = (how, what) =>
    percentile(
      rates[how].map((each) => each[what]),
      0.5,
    );
  const [guarded, open] = [median('with', 'cpuUs'), median('without', 'cpuUs')];
  report(
    'reconnect',
    [
      {
        what: `hub ready to ${agents} agents back`,
        value: `slowest ${inMs(Math.max(...backMs))}`,
        note: `${restarts} restarts; wanted: at most 10,000 ms`,
      },
      { what: 'agents locked out or told to do something', value: String(lockedOut), note: 'wanted: 0' },
      {
        what: 'MQTT publish with policies',
        value: `${inCount(median('with', 'perSecond'))}/s`,
        note: `${guarded.toFixed(2)} µs of processor time each; medians of ${policyRounds}`,
      },
      {
        what: 'MQTT publish without',
        value: `${inCount(median('without', 'perSecond'))}/s`,
        note: `${open.toFixed(2)} µs: policies and limits cost ${((guarded / open - 1) * 100).toFixed(1)} %; wanted: below 10 %`,
      },
    ],
    { backMs, lockedOut, publish: rates },
  );
}
