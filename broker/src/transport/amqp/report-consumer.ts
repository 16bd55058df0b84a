import { setTimeout as wait } from 'node:timers/promises';
import { amqpRoutes, nodeIdSchema, type JobReport, type NodeId } from '@meshdeck/shared';
import { createReconnectingConsumer, type ReconnectingConsumer } from '@meshdeck/shared/runtime';
import type { Logger } from 'pino';
import { ConsumerStatus, type AsyncMessage, type Connection } from 'rabbitmq-client';
import { reportsConsumer } from './topology.js';

/** A report that could not be handled is tried again after each of these, and then handed back to the queue. */
const againAfterMs = [250, 1_000, 4_000] as const;
/** Reports in hand at a time; those of one machine are begun in the order they came. */
const prefetch = 256;
/** A subscription that nobody answered for this long is made anew. */
const silenceMs = 10_000;

export interface ReportConsumer extends ReconnectingConsumer {
  /** Reports that made no sense; they lie in the dead letters. */
  refused(): number;
}

/** Takes reports off the hub's queue; each is acknowledged once it is handled, which is: on disk. */
export function createReportConsumer(options: {
  connection: Connection;
  hubId: string;
  take: (nodeId: NodeId, report: JobReport) => Promise<void>;
  /** Whether the user that RabbitMQ vouches for speaks for this machine, and the machine belongs to the hub. */
  speaksFor: (nodeId: NodeId, username: string | undefined) => boolean;
  openSince: () => number | null;
  changed: () => void;
  now: () => number;
  logger: Logger;
}): ReportConsumer {
  const { logger } = options;
  const stopping = new AbortController();
  let refused = 0;

  function parse(message: AsyncMessage): { nodeId: NodeId; report: JobReport } | null {
    const nodeId = nodeIdSchema.safeParse(message.appId);
    const report = amqpRoutes.reports.schema.safeParse(message.body);
    if (nodeId.success && report.success && options.speaksFor(nodeId.data, message.userId)) {
      return { nodeId: nodeId.data, report: report.data };
    }
    refused += 1;
    const error = report.error?.message ?? nodeId.error?.message ?? 'not a machine of this hub';
    logger.warn({ from: message.appId, user: message.userId, error: error.slice(0, 500) }, 'report refused');
    options.changed();
    return null;
  }

  async function handle(message: AsyncMessage): Promise<ConsumerStatus> {
    const parsed = parse(message);
    if (parsed === null) return ConsumerStatus.DROP;
    const { nodeId, report } = parsed;
    for (const delayMs of [...againAfterMs, null]) {
      try {
        await options.take(nodeId, report);
        return ConsumerStatus.ACK;
      } catch (error) {
        logger.error({ node: nodeId, report: report.type, error: String(error) }, 'report not taken');
      }
      if (delayMs === null) break;
      await wait(delayMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) break;
    }
    return ConsumerStatus.REQUEUE;
  }

  const consumer = createReconnectingConsumer({
    make() {
      const made = options.connection.createConsumer(reportsConsumer(options.hubId, prefetch), handle);
      made.on('error', (error: unknown) => {
        if (stopping.signal.aborted) return;
        const queue = amqpRoutes.reports.queue(options.hubId);
        logger.warn({ queue, error: String(error) }, 'reports not consumed');
      });
      return made;
    },
    openSince: options.openSince,
    changed: options.changed,
    silenceMs,
    now: options.now,
  });

  return {
    problem: consumer.problem,
    ready: consumer.ready,
    dropped: consumer.dropped,
    again: consumer.again,
    tend: consumer.tend,
    refused: () => refused,
    async close() {
      stopping.abort();
      await consumer.close();
    },
  };
}
