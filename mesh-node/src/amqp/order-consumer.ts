import { setTimeout as wait } from 'node:timers/promises';
import { amqpRoutes, type NodeId, type Order } from '@meshdeck/shared';
import { createReconnectingConsumer, type ReconnectingConsumer } from '@meshdeck/shared/runtime';
import type { Logger } from 'pino';
import { ConsumerStatus, type AsyncMessage, type Connection } from 'rabbitmq-client';
import { ordersAhead } from '../jobs/attempts.js';

const giveBackAfterMs = 1_000;
/** A subscription that nobody answered for this long is made anew. */
const silenceMs = 10_000;

/**
 * Takes this machine's orders. One is acknowledged when `obey` resolves: the attempt is on disk, not at its end.
 * RabbitMQ takes back what is unacknowledged for half an hour [https://www.rabbitmq.com/docs/consumers#acknowledgement-timeout],
 * and a job may run for days. What makes no sense goes to the dead letters.
 */
export function createOrderConsumer(options: {
  connection: Connection;
  nodeId: NodeId;
  hubId: string;
  slots: number;
  obey: (order: Order) => Promise<void>;
  openSince: () => number | null;
  changed: () => void;
  logger: Logger;
}): ReconnectingConsumer {
  const { nodeId, hubId, logger } = options;
  const queue = amqpRoutes.orders.queue(nodeId);

  async function take(message: AsyncMessage): Promise<ConsumerStatus> {
    const order = amqpRoutes.orders.schema.safeParse(message.body);
    if (!order.success || message.appId !== hubId) {
      const reason = order.error?.message.slice(0, 500) ?? 'from another hub';
      logger.warn({ reason, from: message.appId }, 'an order that makes no sense was dropped');
      return ConsumerStatus.DROP;
    }
    try {
      await options.obey(order.data);
      return ConsumerStatus.ACK;
    } catch (error) {
      // This agent is stopping, or its disk is full: the order waits for better days, up to the delivery limit.
      logger.error({ order: order.data.type, error }, 'an order could not be kept and was given back');
      await wait(giveBackAfterMs);
      return ConsumerStatus.REQUEUE;
    }
  }

  return createReconnectingConsumer({
    make: () =>
      options.connection.createConsumer(
        {
          queue,
          // The queue is the hub's: it is looked up here, never made.
          queueOptions: { queue, passive: true },
          qos: { prefetchCount: options.slots + ordersAhead },
        },
        take,
      ),
    openSince: options.openSince,
    changed: options.changed,
    silenceMs,
    now: Date.now,
  });
}
