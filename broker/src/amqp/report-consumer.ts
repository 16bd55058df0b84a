import { setTimeout as wait } from 'node:timers/promises';
import { amqpNames, nodeIdSchema, reportSchema, type Report } from '@meshdeck/shared';
import type { Logger } from 'pino';
import { ConsumerStatus, type AsyncMessage, type Connection, type Consumer } from 'rabbitmq-client';
import { reportsConsumer } from './topology.js';

/** A report that could not be handled is tried again after each of these, and then handed back to the queue. */
const againAfterMs = [250, 1_000, 4_000] as const;
/** Reports in hand at a time; those of one machine are begun in the order they came. */
const prefetch = 256;

export interface ReportConsumer {
  start(): void;
  /** Of the queue, where it cannot be declared or consumed; null while it is. */
  problem(): unknown;
  /** Whether it is being consumed. */
  ready(): boolean;
  /** Reports that made no sense; they lie in the dead letters. */
  refused(): number;
  stop(): Promise<void>;
}

/** Takes reports off the hub's queue; each is acknowledged once it is handled, which is: on disk. */
export function createReportConsumer(options: {
  connection: Connection;
  hubId: string;
  take: (nodeId: string, report: Report) => Promise<void>;
  /** Whether the user that RabbitMQ vouches for speaks for this machine, and the machine belongs to the hub. */
  speaksFor: (nodeId: string, username: string | undefined) => boolean;
  changed: () => void;
  logger: Logger;
}): ReportConsumer {
  const { logger } = options;
  const stopping = new AbortController();
  let refused = 0;
  let problem: unknown = null;
  let ready = false;

  function parse(message: AsyncMessage): { nodeId: string; report: Report } | null {
    const nodeId = nodeIdSchema.safeParse(message.appId);
    const report = reportSchema.safeParse(message.body);
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

  const consumer: Consumer = options.connection.createConsumer(
    { ...reportsConsumer(options.hubId, prefetch), lazy: true },
    handle,
  );
  consumer.on('ready', () => {
    ready = true;
    problem = null;
    options.changed();
  });
  consumer.on('error', (error: unknown) => {
    if (stopping.signal.aborted) return;
    ready = false;
    problem = error;
    logger.warn(
      { queue: amqpNames.reportsQueue(options.hubId), error: String(error) },
      'reports not consumed',
    );
    options.changed();
  });

  return {
    start: () => consumer.start(),
    problem: () => problem,
    ready: () => ready,
    refused: () => refused,
    async stop() {
      stopping.abort();
      await consumer.close();
    },
  };
}
