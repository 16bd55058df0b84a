import { setImmediate as nextTurn } from 'node:timers/promises';
import { amqpRoutes, type NodeId, type Order } from '@meshdeck/shared';
import type { Connection, Publisher } from 'rabbitmq-client';

/** RabbitMQ gave an order back: there is no queue for its machine. */
export class UnroutableError extends Error {}

export interface OrderPublisher {
  /** Resolves once RabbitMQ has it on disk. Throws `UnroutableError`, or what the connection met. */
  send(nodeId: NodeId, order: Order): Promise<void>;
  close(): Promise<void>;
}

export function createOrderPublisher(connection: Connection, hubId: string): OrderPublisher {
  const publisher: Publisher = connection.createPublisher({ confirm: true });
  const returned = new Set<string>();
  let sent = 0;
  publisher.on('basic.return', ({ messageId }) => {
    if (messageId !== undefined) returned.add(messageId);
  });

  return {
    async send(nodeId, order) {
      sent += 1;
      const messageId = String(sent);
      await publisher.send(
        {
          exchange: amqpRoutes.orders.exchange,
          routingKey: nodeId,
          mandatory: true,
          durable: true,
          messageId,
          type: order.type,
          appId: hubId,
        },
        order,
      );
      // An unroutable message is returned and then confirmed [https://www.rabbitmq.com/docs/confirms]; the client
      // tells of the return one turn of the event loop later than of the confirm.
      await nextTurn();
      if (returned.delete(messageId)) throw new UnroutableError(`no queue takes orders for ${nodeId}`);
    },
    close: () => publisher.close(),
  };
}
