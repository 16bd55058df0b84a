import { connect as connectTcp } from 'node:net';
import { topicName } from '@meshdeck/shared';
import mqtt from 'mqtt';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { connected, instanceId, openBroker, person, sensorLogin } from './fixtures/open-broker.js';

describe('the MQTT broker', () => {
  it('knows a machine by its key, and tells of its connection and its end', async () => {
    const { events, messages, membership, agent } = await openBroker();
    const { nodeId, connect } = await agent();
    membership.set(nodeId, 'joined');
    const client = await connect();
    await vi.waitFor(() => expect(events).toEqual(['connect node']));
    await client.publishAsync(topicName('nodes/{nodeId}/metrics', { nodeId }), '{}', { qos: 1 });
    expect(messages).toEqual([[JSON.stringify({ key: 'nodes/{nodeId}/metrics', ids: { nodeId } }), '{}']]);
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
    client.publish(topicName('nodes/{nodeId}/metrics', { nodeId: other.nodeId }), '{}');
    await closed;
    expect(messages).toEqual([]);
  });

  it('gives a machine its own orders and nobody else’s', async () => {
    const { broker, membership, agent } = await openBroker();
    const [me, other] = [await agent(), await agent()];
    membership.set(me.nodeId, 'joined');
    membership.set(other.nodeId, 'joined');
    const client = await me.connect();
    await client.subscribeAsync(topicName('nodes/{nodeId}/orders', { nodeId: me.nodeId }));
    for (const filter of [
      topicName('nodes/{nodeId}/orders', { nodeId: other.nodeId }),
      'meshdeck/v1/nodes/+/orders',
      '#',
    ]) {
      await expect(client.subscribeAsync(filter)).rejects.toThrow(/Subscribe error/);
    }
    const heard: string[] = [];
    client.on('message', (topic) => heard.push(topic));
    await broker.publish('nodes/{nodeId}/orders', { nodeId: other.nodeId }, { type: 'benchmark' });
    await broker.publish('nodes/{nodeId}/orders', { nodeId: me.nodeId }, { type: 'benchmark' });
    await vi.waitFor(() =>
      expect(heard).toEqual([topicName('nodes/{nodeId}/orders', { nodeId: me.nodeId })]),
    );
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
    await client.publishAsync(
      topicName('sensors/{sensorId}/readings', { sensorId: 'greenhouse' }),
      '{"temperature":21.5}',
      { qos: 1 },
    );
    expect(messages).toHaveLength(1);
    const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
    client.publish(topicName('sensors/{sensorId}/readings', { sensorId: 'cellar' }), '{"temperature":21.5}');
    await closed;
    expect(messages).toHaveLength(1);
  });

  it('loses nothing of a sensor that says its word and leaves, while somebody watches', async () => {
    const { broker, sensorsPort, messages } = await openBroker();
    const watcher = await person(broker);
    await watcher.subscribeAsync('meshdeck/v1/sensors/+/readings');
    for (let count = 1; count <= 20; count += 1) {
      const client = await sensorLogin(sensorsPort, 'greenhouse', 'right');
      client.publish(
        topicName('sensors/{sensorId}/readings', { sensorId: 'greenhouse' }),
        `{"temperature":${count}}`,
      );
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

  it('lets a machine that is not in, or not any more, say and hear nothing', async () => {
    const { broker, membership, messages, agent } = await openBroker();
    const { nodeId, connect } = await agent();
    membership.set(nodeId, 'pending');
    const client = await connect();
    await expect(client.subscribeAsync(topicName('nodes/{nodeId}/orders', { nodeId }))).rejects.toThrow(
      /Subscribe error/,
    );
    membership.set(nodeId, 'joined');
    await client.subscribeAsync(topicName('nodes/{nodeId}/orders', { nodeId }));
    const heard: string[] = [];
    client.on('message', (topic) => heard.push(topic));
    // Subscribed while it was in; what comes after is asked about anew.
    membership.delete(nodeId);
    await broker.publish('nodes/{nodeId}/orders', { nodeId }, { type: 'benchmark' });
    const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
    client.publish(topicName('nodes/{nodeId}/status', { nodeId }), '{}');
    await closed;
    expect([heard, messages]).toEqual([[], []]);
  });

  it('says no last will for another, nor for a machine that was removed', async () => {
    const { membership, messages, agent, events } = await openBroker();
    const [me, other] = [await agent(), await agent()];
    membership.set(me.nodeId, 'joined');
    membership.set(other.nodeId, 'joined');
    for (const topic of [
      topicName('nodes/{nodeId}/status', { nodeId: other.nodeId }),
      topicName('nodes/{nodeId}/orders', { nodeId: me.nodeId }),
    ]) {
      const client = await me.connect(undefined, { topic, payload: Buffer.from('{}'), qos: 1, retain: true });
      client.stream.destroy();
    }
    await vi.waitFor(() => expect(events.filter((event) => event === 'disconnect node')).toHaveLength(2));
    const own = {
      topic: topicName('nodes/{nodeId}/status', { nodeId: me.nodeId }),
      payload: Buffer.from('{}'),
      qos: 1,
      retain: true,
    } as const;
    const client = await me.connect(undefined, own);
    membership.delete(me.nodeId);
    client.stream.destroy();
    await vi.waitFor(() => expect(events.filter((event) => event === 'disconnect node')).toHaveLength(3));
    expect(messages).toEqual([]);
    membership.set(me.nodeId, 'joined');
    (await me.connect(undefined, own)).stream.destroy();
    await vi.waitFor(() => expect(messages).toHaveLength(1));
  });

  it('keeps no message but those that are meant to be kept', async () => {
    const { broker, membership, agent } = await openBroker();
    const { nodeId, connect } = await agent();
    membership.set(nodeId, 'joined');
    const client = await connect();
    for (const channel of ['metrics', 'reports', 'status'] as const) {
      await client.publishAsync(topicName(`nodes/{nodeId}/${channel}`, { nodeId }), '{}', {
        qos: 1,
        retain: true,
      });
    }
    const watcher = await person(broker);
    const heard: string[] = [];
    watcher.on('message', (topic) => heard.push(topic));
    await watcher.subscribeAsync('meshdeck/v1/nodes/+/metrics');
    await client.publishAsync(topicName('nodes/{nodeId}/metrics', { nodeId }), '{}', { qos: 1 });
    await vi.waitFor(() => expect(heard).toEqual([topicName('nodes/{nodeId}/metrics', { nodeId })]));
  });

  it('cuts a sensor off at once when it is removed, and people who publish', async () => {
    const { broker, sensorsPort } = await openBroker();
    const sensor = await sensorLogin(sensorsPort, 'greenhouse', 'right');
    const sensorEnds = new Promise<void>((resolve) => sensor.once('close', () => resolve()));
    broker.disconnect((who) => who.kind === 'sensor' && who.sensorId === 'greenhouse');
    await sensorEnds;
    const curious = await person(broker);
    const personEnds = new Promise<void>((resolve) => curious.once('close', () => resolve()));
    curious.publish('meshdeck/v1/live/nodes', '{}');
    await personEnds;
  });

  it('ends nobody’s connection for a sensor that takes their client id', async () => {
    const { agent, membership, sensorsPort } = await openBroker({ authenticateSensor: async () => true });
    const node = await agent();
    membership.set(node.nodeId, 'joined');
    const machine = await node.connect();
    const login = (username: string, clientId: string) =>
      connected(
        mqtt.connect({
          host: '127.0.0.1',
          port: sensorsPort,
          username,
          password: 'x',
          clientId,
          reconnectPeriod: 0,
        }),
      );
    const honest = await login('honest', 'gateway-1');
    let ended = 0;
    for (const client of [machine, honest]) client.once('close', () => (ended += 1));
    await login('hostile', 'gateway-1');
    await login('hostile', `${node.nodeId}:${instanceId}`);
    await honest.publishAsync(topicName('sensors/{sensorId}/readings', { sensorId: 'honest' }), '{"a":1}', {
      qos: 1,
    });
    await machine.publishAsync(topicName('nodes/{nodeId}/metrics', { nodeId: node.nodeId }), '{}', {
      qos: 1,
    });
    expect(ended).toBe(0);
    // Its own second connection still replaces its first.
    const replaced = new Promise<void>((resolve) => honest.once('close', () => resolve()));
    await login('honest', 'gateway-1');
    await replaced;
  });

  it('keeps nothing of a subscription that was refused', async () => {
    const { sensorsPort, broker } = await openBroker();
    const client = await sensorLogin(sensorsPort, 'greenhouse', 'right');
    const [own, others] = [
      topicName('sensors/{sensorId}/commands', { sensorId: 'greenhouse' }),
      topicName('sensors/{sensorId}/commands', { sensorId: 'cellar' }),
    ];
    await client.subscribeAsync(own, { qos: 1 });
    await expect(client.subscribeAsync(others, { qos: 1 })).rejects.toThrow();
    await client.unsubscribeAsync(own);
    expect(broker.hasListeners(own)).toBe(false);
    await client.subscribeAsync(own, { qos: 1 });
    expect([broker.hasListeners(own), broker.hasListeners(others)]).toEqual([true, false]);
    client.stream.destroy();
    await vi.waitFor(() => expect(broker.hasListeners(own)).toBe(false), 10_000);
  });

  it('keeps nothing for a client that left, though it asks for that', async () => {
    const { sensorsPort, broker } = await openBroker();
    const login = { host: '127.0.0.1', port: sensorsPort, username: 'greenhouse', password: 'right' };
    const options = { ...login, clientId: 'lasting', clean: false, reconnectPeriod: 0 };
    const first = await connected(mqtt.connect(options));
    const commands = topicName('sensors/{sensorId}/commands', { sensorId: 'greenhouse' });
    await first.subscribeAsync(commands, { qos: 1 });
    expect(broker.hasListeners(commands)).toBe(true);
    await first.endAsync();
    await vi.waitFor(() => expect(broker.hasListeners(commands)).toBe(false), 10_000);
    const again = mqtt.connect(options);
    onTestFinished(() => again.endAsync(true));
    const sessionPresent = await new Promise((resolve) =>
      again.once('connect', (connack) => resolve(connack.sessionPresent)),
    );
    expect(sessionPresent).toBe(false);
  });

  it('ends a connection that sends a packet too large, before it is gathered', async () => {
    const { sensorsPort, messages } = await openBroker();
    const stranger = connectTcp(sensorsPort, '127.0.0.1');
    const ended = new Promise<void>((resolve) => stranger.once('close', () => resolve()));
    stranger.on('error', () => undefined);
    // CONNECT that announces 200 MB.
    stranger.write(Buffer.from([0x10, 0x80, 0xa0, 0xaf, 0x5f, 0x00]));
    await ended;
    const sensor = await sensorLogin(sensorsPort, 'greenhouse', 'right');
    const sensorEnds = new Promise<void>((resolve) => sensor.once('close', () => resolve()));
    sensor.publish(
      topicName('sensors/{sensorId}/readings', { sensorId: 'greenhouse' }),
      Buffer.alloc(300_000, 0x20),
    );
    await sensorEnds;
    expect(messages).toEqual([]);
  });

  it('bears so many connections from one address and no more', async () => {
    const { sensorsPort } = await openBroker({
      connectionLimits: { inAll: 10, perAddress: 2, strangers: 10, perCaller: 10 },
    });
    await sensorLogin(sensorsPort, 'greenhouse', 'right');
    const second = await sensorLogin(sensorsPort, 'greenhouse', 'right');
    await expect(sensorLogin(sensorsPort, 'greenhouse', 'right')).rejects.toThrow();
    await second.endAsync();
    await vi.waitFor(() => sensorLogin(sensorsPort, 'greenhouse', 'right'));
  });
});
