import { amqpProblem, type AmqpPlace } from '@meshdeck/shared';
import type { Logger } from 'pino';
import { openConnection, type AmqpServer } from './server.js';

/** Deleting a queue without a leader takes RabbitMQ 3.10 five seconds. */
const deleteLimitMs = 20_000;
/** The same queue is not deleted again within this time: electing a leader may take a while on a busy server. */
const againAfterMs = 60_000;

/**
 * Deletes queues that answer nothing, so that they are declared anew. RabbitMQ 3.10 that is killed within a second of
 * making a quorum queue never elects a leader for it again [https://github.com/rabbitmq/rabbitmq-server/issues/15725].
 * Nothing is lost with one: orders are said again until a machine answers them, machines keep what they report until
 * the hub says it has it.
 */
export interface QueueRepair {
  /** Deletes it; `deleted` is called once it is gone. Does nothing where that was tried a moment ago. */
  repair(queue: string, deleted: () => void): void;
  /** How many queues were made anew. */
  count(): number;
  /** What stood in the way the last time, in words; null where nothing did. */
  problem(): string | null;
}

export function createQueueRepair(options: {
  server: AmqpServer;
  place: AmqpPlace;
  name: string;
  now: () => number;
  logger: Logger;
}): QueueRepair {
  const { server, now, logger } = options;
  const triedAt = new Map<string, number>();
  let count = 0;
  let problem: string | null = null;

  /** On a connection of its own: RabbitMQ may end it over what waited on the queue. */
  async function remove(queue: string): Promise<void> {
    const connection = openConnection(server, options.name);
    let limit: ReturnType<typeof setTimeout> | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        connection.on('error', reject);
        limit = setTimeout(() => reject(new Error(`deleting ${queue} was not answered`)), deleteLimitMs);
        connection.queueDelete({ queue }).then(() => resolve(), reject);
      });
    } finally {
      clearTimeout(limit);
      connection.unsafeDestroy();
    }
  }

  return {
    repair(queue, deleted) {
      if (now() - (triedAt.get(queue) ?? -Infinity) < againAfterMs) return;
      triedAt.set(queue, now());
      logger.warn({ queue }, 'a queue does not answer and is made anew');
      remove(queue).then(
        () => {
          count += 1;
          problem = null;
          logger.warn({ queue }, 'queue deleted');
          deleted();
        },
        (error: unknown) => {
          problem = amqpProblem(error, options.place);
          logger.error({ queue, error: String(error) }, 'a queue could not be deleted');
        },
      );
    },
    count: () => count,
    problem: () => problem,
  };
}
