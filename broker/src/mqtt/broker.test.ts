import { createServer, type AddressInfo } from 'node:net';
import { createIdentity } from '@meshdeck/shared/identity';
import { idFromFingerprint, topics } from '@meshdeck/shared';
import mqtt, { type MqttClient } from 'mqtt';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { certificateFingerprint } from '../identity/peer.js';
import { createMqttBroker, type MqttBrokerOptions } from './broker.js';
import type { Membership } from './policies.js';
import type { PersonPrincipal, Principal } from './principal.js';

const instanceId = '0123456789abcdef';
const admin: PersonPrincipal = {
  kind: 'person',
  id: 'local',
  name: 'This computer',
  role: 'admin',
  scopes: null,
  sessionId: null,
  keyId: null,
};

async function openBroker(change: Partial<MqttBrokerOptions> = {}) {
  const identity = await createIdentity({ commonName: 'hub', now: new Date(), hostnames: ['127.0.0.1'] });
  const events: string[] = [];
  const messages: [string, string][] = [];
  const membership = new Map<string, Membership>();
  const broker = await createMqttBroker({
    logger: pino({ level: 'silent' }),
    tls: { key: identity.privateKeyPem, cert: identity.certificatePem },
    ownerOfJob: () => undefined,
    membershipOf: (nodeId) => membership.get(nodeId) ?? 'none',
    authenticateNode: (fingerprint, clientId, address): Principal | null => {
      const nodeId = idFromFingerprint(fingerprint);
      return clientId.startsWith(nodeId) ? { kind: 'node', nodeId, fingerprint, instanceId, address } : null;
    },
    authenticateSensor: async (sensorId, password) =>
      sensorId === 'greenhouse' && password.toString() === 'right',
    onConnect: (who) => events.push(`connect ${who.kind}`),
    onDisconnect: (who) => events.push(`disconnect ${who.kind}`),
    onMessage: (topic, payload) => messages.push([JSON.stringify(topic), payload.toString()]),
    ...change,
  });
  onTestFinished(() => broker.stop());
  const agentsPort = await broker.listenAgents(0, '127.0.0.1');
  const sensorsPort = await broker.listenSensors(0, '127.0.0.1');

  async function agent(commonName = 'node') {
    const own = await createIdentity({ commonName, now: new Date() });
    const nodeId = idFromFingerprint(certificateFingerprint(own.certificatePem));
    const connect = (clientId = `${nodeId}:${instanceId}`) =>
      connected(
        mqtt.connect({
          protocol: 'mqtts',
          host: '127.0.0.1',
          port: agentsPort,
          clientId,
          ca: [identity.certificatePem],
          cert: own.certificatePem,
          key: own.privateKeyPem,
          reconnectPeriod: 0,
        }),
      );
    return { nodeId, connect };
  }
  return { broker, events, messages, membership, agent, sensorsPort, agentsPort };
}

function connected(client: MqttClient): Promise<MqttClient> {
  onTestFinished(() => client.endAsync(true));
  return new Promise((resolve, reject) => {
    client.once('connect', () => resolve(client));
    client.once('error', reject);
    client.once('close', () => reject(new Error('closed')));
  });
}

const sensorLogin = (port: number, username: string, password: string) =>
  connected(mqtt.connect({ host: '127.0.0.1', port, username, password, reconnectPeriod: 0 }));

describe('the MQTT broker', () => {
  it('knows a machine by its key, and tells of its connection and its end', async () => {
    const { events, messages, membership, agent } = await openBroker();
    const { nodeId, connect } = await agent();
    membership.set(nodeId, 'joined');
    const client = await connect();
    await vi.waitFor(() => expect(events).toEqual(['connect node']));
    await client.publishAsync(topics.node(nodeId, 'metrics'), '{}', { qos: 1 });
    expect(messages).toEqual([[JSON.stringify({ kind: 'node', nodeId, channel: 'metrics' }), '{}']]);
    client.stream.destroy();
    await vi.waitFor(() => expect(events).toEqual(['connect node', 'disconnect node']));
  });

  it('refuses a machine that presents the id of another', async () => {
    const { membership, agent } = await openBroker();
    const [honest, liar] = [await agent(), await agent()];
    membership.set(honest.nodeId, 'joined');
    await expect(liar.connect(`${honest.nodeId}:${instanceId}`)).rejects.toThrow(/Not authorized/);
  });

  it('ends the connection of a machine that publishes for another', async () => {
    const { membership, messages, agent } = await openBroker();
    const [me, other] = [await agent(), await agent()];
    membership.set(me.nodeId, 'joined');
    membership.set(other.nodeId, 'joined');
    const client = await me.connect();
    const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
    client.publish(topics.node(other.nodeId, 'metrics'), '{}');
    await closed;
    expect(messages).toEqual([]);
  });

  it('gives a machine its own orders and nobody else’s', async () => {
    const { broker, membership, agent } = await openBroker();
    const [me, other] = [await agent(), await agent()];
    membership.set(me.nodeId, 'joined');
    membership.set(other.nodeId, 'joined');
    const client = await me.connect();
    await client.subscribeAsync(topics.node(me.nodeId, 'orders'));
    for (const filter of [topics.node(other.nodeId, 'orders'), 'meshdeck/v1/nodes/+/orders', '#']) {
      await expect(client.subscribeAsync(filter)).rejects.toThrow(/Subscribe error/);
    }
    const heard: string[] = [];
    client.on('message', (topic) => heard.push(topic));
    await broker.publish(topics.node(other.nodeId, 'orders'), { type: 'benchmark' });
    await broker.publish(topics.node(me.nodeId, 'orders'), { type: 'benchmark' });
    await vi.waitFor(() => expect(heard).toEqual([topics.node(me.nodeId, 'orders')]));
  });

  it('cuts a removed machine off at once', async () => {
    const { broker, membership, agent, events } = await openBroker();
    const { nodeId, connect } = await agent();
    membership.set(nodeId, 'joined');
    const client = await connect();
    const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
    membership.delete(nodeId);
    broker.disconnect((who) => who.kind === 'node' && who.nodeId === nodeId);
    await closed;
    await vi.waitFor(() => expect(events).toContain('disconnect node'));
  });

  it('lets a sensor in by password, to its own topics only', async () => {
    const { sensorsPort, messages } = await openBroker();
    await expect(sensorLogin(sensorsPort, 'greenhouse', 'wrong')).rejects.toThrow(/Not authorized/);
    await expect(sensorLogin(sensorsPort, 'cellar', 'right')).rejects.toThrow(/Not authorized/);
    const client = await sensorLogin(sensorsPort, 'greenhouse', 'right');
    await client.publishAsync(topics.sensor('greenhouse', 'readings'), '{"temperature":21.5}', { qos: 1 });
    expect(messages).toHaveLength(1);
    const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
    client.publish(topics.sensor('cellar', 'readings'), '{"temperature":21.5}');
    await closed;
    expect(messages).toHaveLength(1);
  });

  it('loses nothing of a sensor that says its word and leaves, while somebody watches', async () => {
    const { broker, sensorsPort, messages } = await openBroker();
    const people = createServer((socket) => broker.handlePerson(socket, admin));
    await new Promise<void>((resolve) => people.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void people.close());
    const watcher = await connected(
      mqtt.connect({ host: '127.0.0.1', port: (people.address() as AddressInfo).port, reconnectPeriod: 0 }),
    );
    await watcher.subscribeAsync('meshdeck/v1/sensors/+/readings');
    for (let count = 1; count <= 20; count += 1) {
      const client = await sensorLogin(sensorsPort, 'greenhouse', 'right');
      client.publish(topics.sensor('greenhouse', 'readings'), `{"temperature":${count}}`);
      await client.endAsync();
    }
    await vi.waitFor(() => expect(messages).toHaveLength(20));
  });

  it('lets nobody without a key in at the agents’ door', async () => {
    const { agentsPort } = await openBroker();
    const client = mqtt.connect({
      protocol: 'mqtts',
      host: '127.0.0.1',
      port: agentsPort,
      username: 'greenhouse',
      password: 'right',
      rejectUnauthorized: false,
      reconnectPeriod: 0,
    });
    await expect(connected(client)).rejects.toThrow();
  });
});
