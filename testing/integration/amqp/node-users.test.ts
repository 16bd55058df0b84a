import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { idFromFingerprint, type AmqpAccess } from '@meshdeck/shared';
import { startRabbitmq, whyNoRabbitmq, type RabbitMq } from '@meshdeck/testing/brokers';
import { pino } from 'pino';
import { Connection } from 'rabbitmq-client';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createAmqpRoute } from '../../../mesh-node/src/amqp/route.js';
import { openCollection } from '../../../broker/src/stores/documents.js';
import { nodeUserDocumentSchema, openRabbitTransport } from '../../../broker/src/transport/amqp/index.js';

const why = whyNoRabbitmq();
const logger = pino({ level: process.env['MESHDECK_TEST_LOG'] ?? 'silent' });
const patience = { timeout: 15_000, interval: 20 };
const idOf = (text: string) => idFromFingerprint(createHash('sha256').update(text).digest('hex'));
const [one, two, hubId] = [idOf('one'), idOf('two'), idOf('hub')];

let rabbit: RabbitMq;

async function temporaryFolder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'meshdeck-users-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

async function hubSide(options: { management?: string; dir?: string } = {}) {
  const dir = options.dir ?? (await temporaryFolder());
  const reports: string[] = [];
  const transport = await openRabbitTransport({
    amqp: rabbit.url,
    amqpManagement: options.management ?? rabbit.managementUrl ?? '',
    userCollection: () => openCollection({ dir, name: 'amqp-users', schema: nodeUserDocumentSchema, logger }),
    hubId,
    mqtt: { send: async () => undefined },
    joinedNodes: () => [one, two],
    addressOf: () => '127.0.0.1',
    now: Date.now,
    logger,
  });
  onTestFinished(() => transport.stop());
  transport.start(async (nodeId, report) => void reports.push(`${nodeId} ${report.type}`));
  const access = async (nodeId: string): Promise<AmqpAccess> => {
    const given = await transport.accessFor(nodeId);
    if (given === null) throw new Error('no access');
    return given;
  };
  return { transport, reports, access, dir, message: () => transport.state()?.message ?? '' };
}

function connect({ port, username, password }: AmqpAccess): Connection {
  const connection = new Connection({ hostname: '127.0.0.1', port, username, password, retryLow: 100 });
  connection.on('error', () => undefined);
  onTestFinished(() => connection.unsafeDestroy());
  return connection;
}

describe.skipIf(why !== null)(`a RabbitMQ user per machine${why === null ? '' : ` (${why})`}`, () => {
  beforeAll(async () => {
    rabbit = await startRabbitmq({ management: true });
  }, 90_000);
  afterAll(() => rabbit.stop());

  it('lets a machine do its work and nothing else', async () => {
    const hub = await hubSide();
    const access = await hub.access(one);
    expect(access).toMatchObject({ username: `meshdeck-node-${one}` });
    const orders: string[] = [];
    const route = createAmqpRoute({ nodeId: one, slots: 1, onNotice: () => undefined, logger });
    onTestFinished(() => route.stop());
    route.use(access, { hubId, hubHost: '127.0.0.1', obey: async ({ type }) => void orders.push(type) });
    await hub.transport.send(one, { type: 'cancel', attemptId: '0123456789-0-1', reason: 'test' });
    route.report({ type: 'cancelled', attemptId: '0123456789-0-1', token: 1, ts: 1 });
    await vi.waitFor(() => {
      expect(orders).toEqual(['cancel']);
      expect(hub.reports).toEqual([`${one} cancelled`]);
    }, patience);

    const connection = connect(access);
    const consumed = connection.basicGet({ queue: `meshdeck.node.${two}` });
    await expect(consumed).rejects.toThrow('ACCESS_REFUSED');
    await expect(connection.basicGet({ queue: `meshdeck.acks.${hubId}` })).rejects.toThrow('ACCESS_REFUSED');
    await expect(connection.queueDeclare({ queue: 'mine', durable: true })).rejects.toThrow('ACCESS_REFUSED');
    const publisher = connection.createPublisher({ confirm: true });
    const order = publisher.send({ exchange: 'jobs', routingKey: two }, { type: 'forget' });
    await expect(order).rejects.toThrow('ACCESS_REFUSED');
  });

  it('refuses what a machine says in the name of another', async () => {
    const hub = await hubSide();
    const connection = connect(await hub.access(one));
    const publisher = connection.createPublisher({ confirm: true });
    const report = { type: 'cancelled', attemptId: '0123456789-0-1', token: 1, ts: 1 };
    const way = { exchange: 'acks', routingKey: hubId, appId: two };
    await vi.waitFor(() => publisher.send({ ...way, userId: `meshdeck-node-${one}` }, report), patience);
    await publisher.send(way, report);
    await expect(publisher.send({ ...way, userId: `meshdeck-node-${two}` }, report)).rejects.toThrow(
      'PRECONDITION_FAILED',
    );
    await vi.waitFor(() => expect(hub.message()).toContain('2 unreadable reports'), patience);
    expect(hub.reports).toEqual([]);
  });

  it('keeps the password over a restart of the hub, and takes the user away with the machine', async () => {
    const hub = await hubSide();
    const access = await hub.access(one);
    await hub.transport.stop();
    const again = await hubSide({ dir: hub.dir });
    expect(await again.access(one)).toEqual(access);
    const connection = connect(access);
    await connection.onConnect(10_000);
    await again.transport.retire(one);
    await vi.waitFor(async () => expect(await rabbit.ctl('list_users')).not.toContain(one), patience);
    await vi.waitFor(() => expect(connection.ready).toBe(false), patience);
    expect(await again.access(one)).not.toEqual(access);
  });

  it('makes the users anew on a RabbitMQ that has forgotten them', async () => {
    const hub = await hubSide();
    const access = await hub.access(two);
    await rabbit.ctl('delete_user', access.username);
    await rabbit.kill();
    await rabbit.start();
    const connection = connect(access);
    await vi.waitFor(() => expect(connection.ready).toBe(true), { ...patience, timeout: 25_000 });
    expect(hub.message()).not.toContain('refused');
  }, 60_000);

  it('says that the management API refuses or does not answer, and goes on', async () => {
    // Machines of their own: RabbitMQ 3.10 can lose a quorum queue that is deleted, or declared twice, in one moment.
    const [first, second] = ['e'.repeat(26), 'f'.repeat(26)];
    const refusing = (rabbit.managementUrl ?? '').replace('http://', 'http://lab:wrong-secret@');
    const hub = await hubSide({ management: refusing });
    await hub.access(first);
    await vi.waitFor(() => expect(hub.message()).toContain('refused the user "lab"'), patience);
    expect(hub.message()).not.toContain('wrong-secret');
    const deaf = await hubSide({ management: 'http://127.0.0.1:1' });
    await deaf.access(second);
    await vi.waitFor(
      () => expect(deaf.message()).toContain("RabbitMQ's management API at 127.0.0.1:1 does not answer"),
      patience,
    );
    await deaf.transport.send(second, { type: 'forget', attemptId: '0123456789-0-1' });
    const admin = new Connection(rabbit.url);
    onTestFinished(() => admin.unsafeDestroy());
    const queue = `meshdeck.node.${second}`;
    // Fetched, not counted: a quorum queue's count is a statistic that lags behind.
    await vi.waitFor(
      async () => expect(await admin.basicGet({ queue, noAck: true })).toBeDefined(),
      patience,
    );
  });
});
