// node broker/bench/policy-broker.mjs with|without MESSAGES
// A broker that takes readings: ours with its policies and limits, or the same engine letting everybody do everything.
// Prints {"event":"ready","port"}, then {"event":"taken","at","cpuMs"} each time so many messages more have come: when, and what
// processor time they took.
import { createServer } from 'node:net';
import { parseTopic } from '@meshdeck/shared';
import { createIdentity } from '@meshdeck/shared/runtime/identity';
import { Aedes } from 'aedes';
import { pino } from 'pino';
import { createMqttBroker } from '../dist/mqtt/broker.js';

const [, , how, messages] = process.argv;
const wanted = Number(messages);
let taken = 0;
let before = process.cpuUsage();
/** @param {Record<string, unknown>} event */
const tell = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);
const take = () => {
  taken += 1;
  if (taken === 1) before = process.cpuUsage();
  if (taken % wanted !== 0) return;
  const { user, system } = process.cpuUsage(before);
  tell({ event: 'taken', at: Date.now(), cpuMs: (user + system) / 1000 });
  before = process.cpuUsage();
};

async function withPolicy() {
  const identity = await createIdentity({ commonName: 'hub', now: new Date() });
  const broker = await createMqttBroker({
    logger: pino({ level: 'silent' }),
    tls: { key: identity.privateKeyPem, cert: identity.certificatePem },
    membershipOf: () => 'none',
    authenticateNode: () => null,
    authenticateSensor: async () => true,
    ownerOfJob: () => undefined,
    onConnect: () => undefined,
    onDisconnect: () => undefined,
    onMessage: take,
  });
  return broker.listenSensors(0, '127.0.0.1');
}

async function withoutPolicy() {
  const broker = await Aedes.createBroker();
  /** @type {Map<string, unknown>} */
  const topics = new Map();
  broker.on('publish', (packet, client) => {
    if (client === null) return;
    if (!topics.has(packet.topic)) topics.set(packet.topic, parseTopic(packet.topic));
    if (topics.get(packet.topic) !== null) take();
  });
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    broker.handle(socket);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

tell({ event: 'ready', port: await (how === 'with' ? withPolicy() : withoutPolicy()) });
