import type { NodeId } from '../ids.js';

/** Every name on RabbitMQ; nobody else spells one. */
export const amqpNames = {
  /** Durable direct exchange; the routing key is the machine's id. */
  orders: 'jobs',
  /** Durable direct exchange; the routing key is the hub's id, so that two hubs on one RabbitMQ do not mix. */
  reports: 'acks',
  /** Exchange and queue of what nobody could take. */
  dead: 'meshdeck.dead',
  nodeQueue: (nodeId: NodeId) => `meshdeck.node.${nodeId}`,
  reportsQueue: (hubId: string) => `meshdeck.acks.${hubId}`,
  /** The user of one machine, where each has its own. */
  nodeUser: (nodeId: NodeId) => `meshdeck-node-${nodeId}`,
} as const;

/**
 * Quorum queues are replicated and on disk; what comes back this often (its taker died each time) goes to the dead
 * letters [https://www.rabbitmq.com/docs/quorum-queues#poison-message-handling].
 */
export const amqpQueueArguments = {
  'x-queue-type': 'quorum',
  'x-delivery-limit': 20,
  'x-dead-letter-exchange': amqpNames.dead,
} as const;

/** Dead letters are for people to look at: the newest ten thousand are enough. */
export const amqpDeadQueueArguments = { 'x-queue-type': 'quorum', 'x-max-length': 10_000 } as const;

/** A peer that says nothing for two of these is gone. */
export const amqpHeartbeatSeconds = 5;
/** Between tries to connect, doubling from the first to the last. */
export const amqpRetryMs = { first: 500, last: 5_000 } as const;

/** The permissions of a machine's own user [https://www.rabbitmq.com/docs/access-control]: it may declare nothing. */
export function amqpNodePermissions(nodeId: NodeId): { configure: string; write: string; read: string } {
  return {
    configure: '',
    write: `^${amqpNames.reports}$`,
    read: `^${amqpNames.nodeQueue(nodeId).replaceAll('.', '\\.')}$`,
  };
}
