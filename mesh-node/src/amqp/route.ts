import { setTimeout as wait } from 'node:timers/promises';
import {
  MeshdeckError,
  type AmqpAccess,
  type AttemptId,
  type JobReport,
  type NodeId,
  type Order,
  type Report,
} from '@meshdeck/shared';
import { amqpProblem, createAmqpOutbox, watchAmqpLink } from '@meshdeck/shared/runtime';
import type { Logger } from 'pino';
import { openConnection, placeOf } from './connect.js';
import { createOrderConsumer } from './order-consumer.js';
import { createReportPublisher } from './report-publisher.js';

const retryMs = 1_000;
/** What RabbitMQ has not confirmed by then is sent again. */
const confirmLimitMs = 10_000;
const tendMs = 2_000;
/** RabbitMQ is away for longer than a restart takes: time to tell a person. */
const silenceMs = 15_000;
const stopLimitMs = 1_000;

/** Who gives the orders, and how they are carried out; resolves when an order is safe on this disk. */
export interface OrderSource {
  hubId: string;
  hubHost: string;
  obey: (order: Order) => Promise<void>;
}

interface Way {
  key: string;
  source: OrderSource;
  report: (report: JobReport) => void;
  forget: (attemptId: AttemptId) => void;
  close: () => Promise<void>;
}

/** Orders in and reports out by way of RabbitMQ, where the hub says so. It outlives connections to the hub. */
export interface AmqpRoute {
  /** Null ends it: orders and reports go over the connection to the hub. */
  use: (access: AmqpAccess | null, source: OrderSource) => void;
  leave: () => void;
  /** False where reports do not go this way. What it takes is kept until RabbitMQ has it. */
  report: (report: Report) => boolean;
  /** The hub has what it wants of this attempt. */
  forget: (attemptId: AttemptId) => void;
  stop: () => Promise<void>;
}

const keyOf = (report: JobReport): string => {
  if (report.type === 'holding') return 'holding';
  return report.type === 'phase' ? `phase ${report.attemptId}` : `end ${report.attemptId}`;
};

export function createAmqpRoute(options: {
  nodeId: NodeId;
  slots: number;
  onNotice: (problem: MeshdeckError) => void;
  logger: Logger;
}): AmqpRoute {
  const { nodeId, slots, logger } = options;
  let way: Way | undefined;

  function open(key: string, access: AmqpAccess, source: OrderSource): Way {
    const place = placeOf(access, source.hubHost);
    const { hubId } = source;
    const name = `meshdeck-node ${nodeId}`;
    const incoming = openConnection(access, place.host, `${name}, orders`);
    const outgoing = openConnection(access, place.host, `${name}, reports`);
    let incomingSince: number | null = null;
    let alarm: NodeJS.Timeout | undefined;
    let told: string | undefined;

    const currentProblem = () =>
      out.problem() ??
      back.problem() ??
      (consumer.problem() === null ? null : amqpProblem(consumer.problem(), place));

    /** Says what is wrong when it stays wrong, once. */
    function changed(): void {
      const problem = currentProblem();
      logger.debug({ problem }, 'rabbitmq');
      if (problem === null) {
        clearTimeout(alarm);
        alarm = undefined;
        told = undefined;
        return;
      }
      alarm ??= setTimeout(() => {
        alarm = undefined;
        const now = currentProblem();
        if (now === null || now === told) return;
        told = now;
        options.onNotice(
          new MeshdeckError('hub-unreachable', `${now} This machine gets no jobs until then.`),
        );
      }, silenceMs);
      alarm.unref();
    }

    const publisher = createReportPublisher({
      connection: outgoing,
      nodeId,
      hubId,
      username: access.username,
    });
    const outbox = createAmqpOutbox<JobReport>({
      publish: publisher.send,
      onRefused: (error) => logger.debug({ error: String(error) }, 'report not taken by rabbitmq yet'),
      retryMs,
      confirmLimitMs,
      mayRepeat: () => out.state() === 'open',
    });
    const out = watchAmqpLink({
      connection: outgoing,
      place,
      opened: () => outbox.open(),
      dropped: () => outbox.close(),
      changed,
    });
    const back = watchAmqpLink({
      connection: incoming,
      place,
      opened: () => (incomingSince = Date.now()),
      dropped() {
        incomingSince = null;
        consumer.dropped();
      },
      changed,
    });
    const tending = setInterval(() => consumer.tend(), tendMs);
    const current: Way = {
      key,
      source,
      report: (report) => outbox.put(keyOf(report), report),
      forget(attemptId) {
        outbox.drop(`phase ${attemptId}`);
        outbox.drop(`end ${attemptId}`);
      },
      async close() {
        clearTimeout(alarm);
        clearInterval(tending);
        const limit = new AbortController();
        const orderly = async () => {
          await Promise.all([consumer.close(), outbox.drained(stopLimitMs)]);
          await publisher.close();
          await Promise.all([incoming.close(), outgoing.close()]);
        };
        await Promise.race([
          orderly().catch(() => undefined),
          wait(stopLimitMs, undefined, { signal: limit.signal }).catch(() => undefined),
        ]);
        limit.abort();
        outbox.close();
        incoming.unsafeDestroy();
        outgoing.unsafeDestroy();
      },
    };
    const consumer = createOrderConsumer({
      connection: incoming,
      nodeId,
      hubId,
      slots,
      obey: (order) => current.source.obey(order),
      openSince: () => incomingSince,
      changed,
      logger,
    });
    return current;
  }

  function leave(): void {
    const last = way;
    way = undefined;
    last?.close().catch((error: unknown) => logger.warn({ error }, 'rabbitmq not left cleanly'));
  }

  return {
    use(access, source) {
      if (access === null) return leave();
      const key = JSON.stringify([access, source.hubId, access.host ?? source.hubHost]);
      if (way?.key === key) {
        way.source = source;
        return;
      }
      leave();
      way = open(key, access, source);
    },
    leave,
    report(report) {
      // Progress and answers to checks may be lost, and are not worth a disk's turn.
      if (way === undefined || report.type === 'progress' || report.type === 'checked') return false;
      way.report(report);
      return true;
    },
    forget: (attemptId) => way?.forget(attemptId),
    async stop() {
      const last = way;
      way = undefined;
      await last?.close();
    },
  };
}
