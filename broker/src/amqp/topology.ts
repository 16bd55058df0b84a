import { amqpDeadQueueArguments, amqpNames, amqpQueueArguments } from '@meshdeck/shared';
import type { Connection, ConsumerProps } from 'rabbitmq-client';

const direct = { type: 'direct', durable: true } as const;

/** What every machine needs, declared anew on every connection. */
export async function declareShared(connection: Connection): Promise<void> {
  const { dead } = amqpNames;
  await connection.exchangeDeclare({ exchange: dead, type: 'fanout', durable: true });
  await connection.queueDeclare({ queue: dead, durable: true, arguments: amqpDeadQueueArguments });
  await connection.queueBind({ exchange: dead, queue: dead });
  await connection.exchangeDeclare({ exchange: amqpNames.orders, ...direct });
}

/** A machine's queue. Machines themselves may declare nothing: the hub owns what it sends to. */
export async function declareNode(connection: Connection, nodeId: string): Promise<void> {
  const queue = amqpNames.nodeQueue(nodeId);
  await connection.queueDeclare({ queue, durable: true, arguments: amqpQueueArguments });
  await connection.queueBind({ exchange: amqpNames.orders, queue, routingKey: nodeId });
}

/** The reports to one hub: the client declares this before it consumes, on every connection. */
export function reportsConsumer(hubId: string, prefetchCount: number): ConsumerProps {
  const queue = amqpNames.reportsQueue(hubId);
  return {
    queue,
    queueOptions: { queue, durable: true, arguments: amqpQueueArguments },
    exchanges: [{ exchange: amqpNames.reports, ...direct }],
    queueBindings: [{ exchange: amqpNames.reports, queue, routingKey: hubId }],
    qos: { prefetchCount },
  };
}
