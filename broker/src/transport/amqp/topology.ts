import {
  amqpDeadQueueArguments,
  amqpNames,
  amqpQueueArguments,
  amqpRoutes,
  type NodeId,
} from '@meshdeck/shared';
import type { Channel, ConsumerProps } from 'rabbitmq-client';

const direct = { type: 'direct', durable: true } as const;

/** What every machine needs, declared anew on every connection. */
export async function declareShared(channel: Channel): Promise<void> {
  const { dead } = amqpNames;
  await channel.exchangeDeclare({ exchange: dead, type: 'fanout', durable: true });
  await channel.queueDeclare({ queue: dead, durable: true, arguments: amqpDeadQueueArguments });
  await channel.queueBind({ exchange: dead, queue: dead });
  await channel.exchangeDeclare({ exchange: amqpRoutes.orders.exchange, ...direct });
}

/** A machine's queue. Machines themselves may declare nothing: the hub owns what it sends to. */
export async function declareNode(channel: Channel, nodeId: NodeId): Promise<void> {
  const queue = amqpRoutes.orders.queue(nodeId);
  await channel.queueDeclare({ queue, durable: true, arguments: amqpQueueArguments });
  await channel.queueBind({ exchange: amqpRoutes.orders.exchange, queue, routingKey: nodeId });
}

/** The reports to one hub: the client declares this before it consumes, on every connection. */
export function reportsConsumer(hubId: string, prefetchCount: number): ConsumerProps {
  const queue = amqpRoutes.reports.queue(hubId);
  return {
    queue,
    queueOptions: { queue, durable: true, arguments: amqpQueueArguments },
    exchanges: [{ exchange: amqpRoutes.reports.exchange, ...direct }],
    queueBindings: [{ exchange: amqpRoutes.reports.exchange, queue, routingKey: hubId }],
    qos: { prefetchCount },
  };
}
