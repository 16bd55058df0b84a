import { startRabbitmq, whyNoRabbitmq, type RabbitMq } from '@meshdeck/testing/brokers';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { client, depth, hubSide, nodeSide, patience, phase, runOrder } from './sides.js';

const why = whyNoRabbitmq();
let rabbit: RabbitMq;

describe.skipIf(why !== null)(`queues that RabbitMQ lost${why === null ? '' : ` (${why})`}`, () => {
  beforeAll(async () => {
    rabbit = await startRabbitmq();
  }, 90_000);
  afterAll(() => rabbit.stop());

  it("makes a machine's queue anew that was killed as it was made, and says its orders again", async () => {
    const hub = hubSide(rabbit);
    await vi.waitFor(() => depth(client(rabbit), `meshdeck.node.${hub.nodeId}`), {
      ...patience,
      interval: 1,
    });
    await rabbit.kill();
    await rabbit.start();
    const node = await nodeSide(hub);
    // As the hub does until a machine answers: what lay in the lost queue went with it.
    const saying = setInterval(() => void hub.transport.send(hub.nodeId, runOrder(1)), 2_000);
    onTestFinished(() => clearInterval(saying));
    await vi.waitFor(() => expect(node.orders).toContain('run 0123456789-1-1'), patience);
    clearInterval(saying);
    node.route.report(phase(1));
    await vi.waitFor(() => expect(hub.reports).toContain(`${hub.nodeId} phase 0123456789-1-1`), patience);
    await vi.waitFor(() => expect(hub.problem()).toBe(''), patience);
  }, 240_000);

  it('makes the queue of reports anew that was killed as it was made, and has machines tell again', async () => {
    const hub = hubSide(rabbit);
    const node = await nodeSide(hub);
    const queue = `meshdeck.acks.${hub.hubId}`;
    await hub.transport.send(hub.nodeId, runOrder(1));
    await vi.waitFor(() => expect(node.orders).toEqual(['run 0123456789-1-1']), patience);
    const connection = client(rabbit);
    await connection.queueDelete(queue);
    await vi.waitFor(() => depth(connection, queue), { ...patience, interval: 1 });
    await rabbit.kill();
    await rabbit.start();
    node.route.report(phase(1));
    let told = false;
    await vi.waitFor(() => {
      // As an agent does at this word.
      if (!told && hub.byMqtt.some(({ type }) => type === 'approved')) told = node.route.report(phase(1));
      expect(hub.reports).toContain(`${hub.nodeId} phase 0123456789-1-1`);
    }, patience);
    await vi.waitFor(() => expect(hub.problem()).toBe(''), patience);
    // Where RabbitMQ lost the queue, machines were asked to tell again.
    await vi.waitFor(() => {
      const repaired = hub.transport.state()?.message?.includes('made anew') ?? false;
      expect(hub.byMqtt.some(({ type }) => type === 'approved')).toBe(repaired);
    }, patience);
  }, 240_000);
});
