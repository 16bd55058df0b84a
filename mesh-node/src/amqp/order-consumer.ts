import { setTimeout as wait } from 'node:timers/promises';
import { amqpNames, orderSchema, type Order } from '@meshdeck/shared';
import type { Logger } from 'pino';
import { ConsumerStatus, type AsyncMessage, type Connection, type Consumer } from 'rabbitmq-client';
import { ordersAhead } from '../jobs/attempts.js';

const giveBackAfterMs = 1_000;

export interface OrderConsumer {
  close: () => Promise<void>;
}

/**
 * Takes this machine's orders. One is acknowledged when `obey` resolves: the attempt is on disk, not at its end.
 * RabbitMQ takes back what is unacknowledged for half an hour [https://www.rabbitmq.com/docs/consumers#acknowledgement-timeout],
 * and a job may run for days. What makes no sense goes to the dead letters.
 */
export function createOrderConsumer(options: {
  connection: Connection;
  nodeId: string;
  hubId: string;
  slots: number;
  obey: (order: Order) => Promise<void>;
  onProblem: (error: unknown) => void;
  onReady: () => void;
  logger: Logger;
}): OrderConsumer {
  const { nodeId, hubId, logger } = options;
  const queue = amqpNames.nodeQueue(nodeId);

  async function take(message: AsyncMessage): Promise<ConsumerStatus> {
    const order = orderSchema.safeParse(message.body);
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

  const consumer: Consumer = options.connection.createConsumer(
    {
      queue,
      // The queue is the hub's: it is looked up here, never made.
      queueOptions: { queue, passive: true },
      qos: { prefetchCount: options.slots + ordersAhead },
    },
    take,
  );
  consumer.on('error', options.onProblem);
  consumer.on('ready', options.onReady);
  return { close: () => consumer.close() };
}
