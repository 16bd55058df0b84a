import type { AmqpAccess } from '@meshdeck/shared';
import { startRabbitmq, whyNoRabbitmq, type RabbitMq } from '@meshdeck/testing/brokers';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createRabbitTransport } from '../../../broker/src/transport/amqp/rabbit-transport.js';
import { amqpServer } from '../../../broker/src/transport/amqp/server.js';
import { createAmqpRoute } from '../../../mesh-node/src/amqp/route.js';
import {
  attemptOf,
  client,
  depth,
  freshId,
  hubSide,
  logger,
  nodeSide,
  patience,
  phase,
  runOrder,
} from './sides.js';

const why = whyNoRabbitmq();
let rabbit: RabbitMq;

describe.skipIf(why !== null)(`orders and reports over RabbitMQ${why === null ? '' : ` (${why})`}`, () => {
  beforeAll(async () => {
    rabbit = await startRabbitmq();
  }, 90_000);
  afterAll(() => rabbit.stop());
  beforeEach(() => expect.hasAssertions());

  it('takes orders to a machine and reports back, and leaves nothing in the queues', async () => {
    const hub = hubSide(rabbit);
    const node = await nodeSide(hub);
    await hub.transport.send(hub.nodeId, runOrder(1));
    await vi.waitFor(() => expect(node.orders).toEqual(['run 0123456789-1-1']), patience);
    expect(node.route.report(phase(1))).toBe(true);
    await vi.waitFor(() => expect(hub.reports).toEqual([`${hub.nodeId} phase 0123456789-1-1`]), patience);
    expect(hub.transport.state()).toMatchObject({ state: 'running' });
    const connection = client(rabbit);
    await vi.waitFor(async () => {
      expect(await depth(connection, `meshdeck.node.${hub.nodeId}`)).toBe(0);
      expect(await depth(connection, `meshdeck.acks.${hub.hubId}`)).toBe(0);
    }, patience);
  });

  it('leaves progress and orders that are not about jobs to MQTT', async () => {
    const hub = hubSide(rabbit);
    const node = await nodeSide(hub);
    expect(
      node.route.report({
        type: 'progress',
        attemptId: '0123456789-1-1',
        token: 1,
        ts: 1,
        fraction: 0.5,
        rows: null,
      }),
    ).toBe(false);
    await hub.transport.send(hub.nodeId, { type: 'benchmark' });
    expect(hub.byMqtt).toEqual([{ type: 'benchmark' }]);
  });

  it('keeps two hubs on one RabbitMQ apart', async () => {
    const [one, two] = [hubSide(rabbit), hubSide(rabbit)];
    const [nodeOne, nodeTwo] = [await nodeSide(one), await nodeSide(two)];
    await one.transport.send(one.nodeId, runOrder(1));
    await two.transport.send(two.nodeId, runOrder(2));
    nodeOne.route.report(phase(1));
    nodeTwo.route.report(phase(2));
    await vi.waitFor(() => {
      expect(one.reports).toEqual([`${one.nodeId} phase 0123456789-1-1`]);
      expect(two.reports).toEqual([`${two.nodeId} phase 0123456789-2-1`]);
      expect(nodeOne.orders).toEqual(['run 0123456789-1-1']);
      expect(nodeTwo.orders).toEqual(['run 0123456789-2-1']);
    }, patience);
  });

  it('keeps orders for a machine that is away, in order, and those it had not taken come again', async () => {
    const hub = hubSide(rabbit);
    for (let number = 1; number <= 20; number += 1) await hub.transport.send(hub.nodeId, runOrder(number));
    const connection = client(rabbit);
    await vi.waitFor(
      async () => expect(await depth(connection, `meshdeck.node.${hub.nodeId}`)).toBe(20),
      patience,
    );
    const holder = createAmqpRoute({ nodeId: hub.nodeId, slots: 3, onNotice: () => undefined, logger });
    const begun: string[] = [];
    holder.use(await hub.transport.accessFor(hub.nodeId), {
      hubId: hub.hubId,
      hubHost: '127.0.0.1',
      // Never on disk: never acknowledged.
      obey: (order) => new Promise(() => begun.push(attemptOf(order))),
    });
    const all = Array.from({ length: 20 }, (_, index) => `0123456789-${index + 1}-1`);
    await vi.waitFor(() => expect(begun).toEqual(all), patience);
    await holder.stop();
    const node = await nodeSide(hub);
    await vi.waitFor(() => expect(node.orders).toHaveLength(20), patience);
    expect(node.orders).toEqual(Array.from({ length: 20 }, (_, index) => `run 0123456789-${index + 1}-1`));
  });

  it('tries a report again whose handling failed, and leaves what makes no sense to the dead letters', async () => {
    const hub = hubSide(rabbit);
    const node = await nodeSide(hub);
    hub.failures.push(new Error('the disk is slow'));
    node.route.report(phase(1));
    await vi.waitFor(() => expect(hub.reports).toHaveLength(1), patience);
    const connection = client(rabbit);
    const publisher = connection.createPublisher({ confirm: true });
    const dead = await depth(connection, 'meshdeck.dead');
    await publisher.send(
      { exchange: 'acks', routingKey: hub.hubId, appId: hub.nodeId },
      { type: 'nonsense' },
    );
    await publisher.send({ exchange: 'acks', routingKey: hub.hubId, appId: freshId() }, phase(1));
    await vi.waitFor(async () => expect(await depth(connection, 'meshdeck.dead')).toBe(dead + 2), patience);
    expect(await hub.transport.unreadableMessages()).toBe(dead + 2);
    expect(hub.reports).toHaveLength(1);
    expect(hub.transport.state()?.message).toContain('2 unreadable reports lie in the queue meshdeck.dead');
  });

  it('sends an order again that came back for want of a queue, once the queue is made anew', async () => {
    const hub = hubSide(rabbit);
    const connection = client(rabbit);
    const queue = `meshdeck.node.${hub.nodeId}`;
    await hub.transport.send(hub.nodeId, runOrder(1));
    await vi.waitFor(async () => expect(await depth(connection, queue)).toBe(1), patience);
    await connection.queueDelete(queue);
    await hub.transport.send(hub.nodeId, runOrder(2));
    const node = await nodeSide(hub);
    await vi.waitFor(() => expect(node.orders).toEqual(['run 0123456789-2-1']), patience);
    expect(hub.transport.state()?.message).toContain('1 orders came back for want of a queue');
  });

  it('deletes the queue of a machine that is removed', async () => {
    const hub = hubSide(rabbit);
    const connection = client(rabbit);
    await vi.waitFor(async () => depth(connection, `meshdeck.node.${hub.nodeId}`), patience);
    await hub.transport.retire(hub.nodeId);
    await expect(depth(connection, `meshdeck.node.${hub.nodeId}`)).rejects.toThrow('NOT_FOUND');
  });

  it('names a queue that was declared with other arguments, and goes on once it is deleted', async () => {
    const nodeId = freshId();
    const connection = client(rabbit);
    await connection.queueDeclare({ queue: `meshdeck.node.${nodeId}`, durable: true });
    const hub = hubSide(rabbit, { nodeId });
    await hub.transport.send(nodeId, runOrder(1));
    await vi.waitFor(
      () => expect(hub.problem()).toContain(`The queue meshdeck.node.${nodeId} on RabbitMQ`),
      patience,
    );
    expect(hub.problem()).toContain('1 orders wait');
    await connection.queueDelete(`meshdeck.node.${nodeId}`);
    const node = await nodeSide(hub);
    await vi.waitFor(() => expect(node.orders).toEqual(['run 0123456789-1-1']), patience);
    expect(hub.problem()).toBe('');
  });

  it('says which user RabbitMQ refuses, and never the password', async () => {
    const url = rabbit.url.replace('admin:admin-secret', 'lab:wrong-secret');
    const hub = hubSide(rabbit, { url });
    await vi.waitFor(() => expect(hub.problem()).toContain('refused the user "lab"'), patience);
    expect(hub.problem()).not.toContain('wrong-secret');
    expect(hub.transport.openSince(hub.nodeId)).toBeNull();
  });

  it('says that nothing answers, then that the user is refused, as things change under it', async () => {
    await rabbit.kill();
    const hub = hubSide(rabbit, { url: rabbit.url.replace('admin-secret', 'old-secret') });
    await vi.waitFor(() => expect(hub.problem()).toContain('does not answer'), patience);
    await rabbit.start();
    await vi.waitFor(() => expect(hub.problem()).toContain('refused the user "admin"'), patience);
  }, 60_000);

  it('waits while RabbitMQ is short of memory, says so, and loses nothing', async () => {
    const hub = hubSide(rabbit);
    const node = await nodeSide(hub);
    await vi.waitFor(() => expect(hub.problem()).toBe(''), patience);
    await rabbit.ctl('set_vm_memory_high_watermark', '0');
    onTestFinished(async () => void (await rabbit.ctl('set_vm_memory_high_watermark', '0.4')));
    for (let number = 1; number <= 5; number += 1) {
      await hub.transport.send(hub.nodeId, runOrder(number));
      node.route.report(phase(number));
    }
    await vi.waitFor(
      () => expect(hub.problem()).toContain('takes no messages for now (low on memory)'),
      patience,
    );
    expect(hub.problem()).toMatch(/[1-5] orders wait/);
    expect(hub.transport.openSince(hub.nodeId)).toBeNull();
    await rabbit.ctl('set_vm_memory_high_watermark', '0.4');
    await vi.waitFor(() => {
      expect(new Set(node.orders).size).toBe(5);
      expect(new Set(hub.reports).size).toBe(5);
      expect(hub.problem()).toBe('');
    }, patience);
  }, 60_000);

  it('loses no order and no report when RabbitMQ is killed and restarted while they are sent', async () => {
    const hub = hubSide(rabbit);
    const node = await nodeSide(hub);
    let sent = 0;
    let enough = false;
    const startedAt = Date.now();
    const sending = (async () => {
      while (!enough) {
        sent += 1;
        await hub.transport.send(hub.nodeId, runOrder(sent));
        node.route.report(phase(sent));
        await new Promise((done) => setTimeout(done, 5));
      }
    })();
    await vi.waitFor(
      () => {
        expect(hub.reports.length).toBeGreaterThan(50);
        // RabbitMQ itself does not survive it when a queue is younger.
        expect(Date.now() - startedAt).toBeGreaterThan(2_000);
      },
      { ...patience, interval: 1 },
    );
    await rabbit.kill();
    await vi.waitFor(() => expect(hub.problem()).toMatch(/lost|does not answer/), patience);
    enough = true;
    await sending;
    expect(new Set(hub.reports).size).toBeLessThan(sent);
    expect(new Set(node.orders).size).toBeLessThan(sent);
    await rabbit.start();
    await vi.waitFor(() => {
      expect(new Set(node.orders).size).toBe(sent);
      expect(new Set(hub.reports).size).toBe(sent);
      expect(hub.problem()).toBe('');
    }, patience);
    // What comes twice comes whole and as it was.
    expect(node.orders.filter((order, index) => node.orders.indexOf(order) === index)).toEqual(
      Array.from({ length: sent }, (_, index) => `run 0123456789-${index + 1}-1`),
    );
  }, 90_000);

  it('gives another machine the host at which it reaches the hub, where RabbitMQ is on loopback', async () => {
    const transport = createRabbitTransport({
      server: amqpServer(rabbit.url),
      hubId: freshId(),
      mqtt: { send: async () => undefined },
      joinedNodes: () => [],
      addressOf: (nodeId) => (nodeId.startsWith('far') ? '192.0.2.7' : '::ffff:127.0.0.1'),
      users: null,
      now: Date.now,
      logger,
    });
    onTestFinished(() => transport.stop());
    const expected: Partial<AmqpAccess> = { port: rabbit.port, username: 'admin', vhost: '/' };
    expect(await transport.accessFor('near')).toMatchObject({ ...expected, host: '127.0.0.1' });
    expect(await transport.accessFor('far')).toMatchObject({ ...expected, host: null });
  });
});
