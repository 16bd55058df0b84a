import { setTimeout as wait } from 'node:timers/promises';
import {
  amqpNames,
  amqpRoutes,
  type AttemptId,
  type NodeId,
  type Order,
  type ComponentState,
} from '@meshdeck/shared';
import {
  amqpProblem,
  createAmqpOutbox,
  isAmqpInternalError,
  watchAmqpLink,
  type AmqpOutbox,
} from '@meshdeck/shared/runtime';
import type { Logger } from 'pino';
import type { JobTransport } from '../job-transport.js';
import { createNodeQueues } from './node-queues.js';
import type { NodeUsers } from './node-users.js';
import { createOrderPublisher, UnroutableError } from './publisher.js';
import { createQueueRepair } from './queue-repair.js';
import { createReportConsumer, type ReportConsumer } from './report-consumer.js';
import { accessFrom, openConnection, probeServer, type AmqpServer } from './server.js';

/** A refused order is sent again after this long. */
const retryMs = 1_000;
/** What is missing on RabbitMQ, and why it does not answer, is looked at this often. */
const tendMs = 3_000;
/** A machine that says hello waits this long for its user on RabbitMQ. */
const admitLimitMs = 2_000;
/** An order that RabbitMQ has not confirmed by then is sent again. */
const confirmLimitMs = 10_000;
/** A machine whose orders lie unconfirmed for longer is not to blame for its silence. */
const silenceMs = 2_000;
/** By then its queue should have been made anew: others can have the work. */
const hopelessMs = 60_000;
/** A queue that neither confirms nor delivers for this long is deleted and made anew. */
const stuckMs = 10_000;
/** So many subscriptions in a row that end in an error within RabbitMQ mean the same. */
const mostFailures = 3;
/** A hub that stops waits this long for RabbitMQ. */
const stopLimitMs = 1_500;

/** Orders about jobs go by RabbitMQ; the others are between the hub and a machine that is connected now. */
type JobOrder = Extract<Order, { attemptId: AttemptId }>;
const isJobOrder = (order: Order): order is JobOrder => 'attemptId' in order;

const keyOf = (type: JobOrder['type'], attemptId: AttemptId) => `${type} ${attemptId}`;

/**
 * The route over RabbitMQ. Publishing and consuming have a connection each: a server short of memory stops reading
 * from those that publish, and acknowledgements must still reach it.
 */
export function createRabbitTransport(options: {
  server: AmqpServer;
  hubId: string;
  mqtt: Pick<JobTransport, 'send'>;
  /** Machines that belong to this hub. */
  joinedNodes: () => string[];
  /** Where a machine was seen last. */
  addressOf: (nodeId: NodeId) => string | undefined;
  /** Null: machines get the hub's own credentials. */
  users: NodeUsers | null;
  now: () => number;
  logger: Logger;
}): JobTransport {
  const { server, hubId, users, now, logger } = options;
  const { place } = server;
  const outboxes = new Map<NodeId, AmqpOutbox<JobOrder>>();
  const publishing = openConnection(server, `meshdeck hub ${hubId}, orders`);
  const consuming = openConnection(server, `meshdeck hub ${hubId}, reports`);
  let consumer: ReportConsumer | undefined;
  let openSince: number | null = null;
  /** Since when reports come in. */
  let consumedSince: number | null = null;
  const madeAnewAt = new Map<NodeId, number>();
  let backSince: number | null = null;
  /** Connections in a row that RabbitMQ ended over subscribing to the reports. */
  let reportFailures = 0;
  /** Machines whose queue has confirmed nothing since then. */
  const silentSince = new Map<NodeId, number>();
  let returned = 0;
  let lastProblem: string | null = null;
  let timer: ReturnType<typeof setInterval> | undefined;
  let tending: Promise<void> | null = null;

  const queues = createNodeQueues({ connection: publishing, place, users, changed: () => changed(), logger });
  const repair = createQueueRepair({ server, place, name: `meshdeck hub ${hubId}, repair`, now, logger });
  const publisher = createOrderPublisher(publishing, hubId);
  const out = watchAmqpLink({
    connection: publishing,
    place,
    opened() {
      queues.reset();
      for (const outbox of outboxes.values()) outbox.open();
      tend();
    },
    dropped() {
      silentSince.clear();
      for (const outbox of outboxes.values()) outbox.close();
    },
    changed: () => changed(),
  });
  const back = watchAmqpLink({
    connection: consuming,
    place,
    opened: () => (backSince = now()),
    dropped(error) {
      backSince = null;
      if (consumer?.ready() === false && isAmqpInternalError(error)) reportFailures += 1;
      else reportFailures = 0;
      consumer?.dropped();
    },
    changed: () => changed(),
  });

  const stuckNodes = () =>
    [...silentSince].filter(([, since]) => now() - since > stuckMs).map(([nodeId]) => nodeId);
  const reportsStuck = () => {
    if (consumer?.ready() !== false) return false;
    if (reportFailures >= mostFailures) return true;
    return consumer.problem() === null && backSince !== null && now() - backSince > stuckMs;
  };

  /** A queue that is there and does not answer. */
  function stuckQueue(): string | null {
    const [nodeId] = stuckNodes();
    if (nodeId === undefined && !reportsStuck()) return null;
    const queue = nodeId === undefined ? amqpRoutes.reports.queue(hubId) : amqpRoutes.orders.queue(nodeId);
    const advice = repair.problem() ?? 'It is deleted and made anew; nothing is lost.';
    return `The queue ${queue} on RabbitMQ at ${place.address} does not answer. ${advice}`;
  }

  function repairStuck(): void {
    if (out.state() !== 'open') return;
    for (const nodeId of stuckNodes()) {
      repair.repair(amqpRoutes.orders.queue(nodeId), () => {
        silentSince.delete(nodeId);
        madeAnewAt.set(nodeId, now());
        queues.doubt(nodeId);
        outboxes.get(nodeId)?.open();
      });
    }
    if (!reportsStuck()) return;
    repair.repair(amqpRoutes.reports.queue(hubId), () => {
      reportFailures = 0;
      consumer?.again();
      // What lay in the queue is told again by those who said it.
      for (const nodeId of options.joinedNodes()) {
        accessFor(nodeId)
          .then((amqp) => options.mqtt.send(nodeId, { type: 'approved', amqp }))
          .catch((error: unknown) => logger.warn({ node: nodeId, error: String(error) }, 'not asked again'));
      }
    });
  }

  function problem(): string | null {
    const reports = consumer?.problem() ?? null;
    return (
      out.problem() ??
      back.problem() ??
      queues.problems()[0] ??
      (reports === null ? stuckQueue() : amqpProblem(reports, place))
    );
  }

  function changed(): void {
    openSince = out.state() === 'open' ? (openSince ?? now()) : null;
    consumedSince = consumer?.ready() === true ? (consumedSince ?? now()) : null;
    const next = problem();
    if (next === lastProblem) return;
    lastProblem = next;
    if (next === null) logger.info({ rabbitmq: place.address }, 'rabbitmq serves');
    else logger.warn({ problem: next }, 'rabbitmq');
  }

  function tend(): void {
    changed();
    consumer?.tend();
    repairStuck();
    tending ??= (
      out.state() === 'open'
        ? queues.tend(options.joinedNodes())
        : probeServer(server).then((error) => {
            if (error !== null && out.state() !== 'open') out.found(error);
          })
    ).finally(() => (tending = null));
  }

  async function publish(nodeId: NodeId, order: JobOrder): Promise<void> {
    await queues.ready(nodeId);
    if (!silentSince.has(nodeId)) silentSince.set(nodeId, now());
    try {
      await publisher.send(nodeId, order);
      silentSince.delete(nodeId);
    } catch (error) {
      if (error instanceof UnroutableError) {
        silentSince.delete(nodeId);
        returned += 1;
        queues.doubt(nodeId);
      }
      throw error;
    }
  }

  function outboxOf(nodeId: NodeId): AmqpOutbox<JobOrder> {
    const known = outboxes.get(nodeId);
    if (known !== undefined) return known;
    const outbox = createAmqpOutbox<JobOrder>({
      publish: (order) => publish(nodeId, order),
      onRefused: (error) => logger.warn({ node: nodeId, error: String(error) }, 'order came back'),
      retryMs,
      confirmLimitMs,
      mayRepeat: () => out.state() === 'open',
    });
    outboxes.set(nodeId, outbox);
    if (out.state() !== 'connecting') outbox.open();
    return outbox;
  }

  async function accessFor(nodeId: NodeId) {
    // A machine that is told before RabbitMQ knows it tries again; one that waits for an answer gives up.
    await Promise.race([queues.admit(nodeId), wait(admitLimitMs)]);
    const credentials = users === null ? server : await users.credentials(nodeId);
    return accessFrom(server, options.addressOf(nodeId), credentials);
  }

  function runningMessage(): string {
    const parts = [place.address];
    const refused = consumer?.refused() ?? 0;
    if (refused > 0) parts.push(`${refused} unreadable reports lie in the queue ${amqpNames.dead}`);
    if (repair.count() > 0) parts.push(`${repair.count()} queues that did not answer were made anew`);
    if (returned > 0) parts.push(`${returned} orders came back for want of a queue and were sent again`);
    return parts.join('; ');
  }

  return {
    name: 'rabbitmq',
    async send(nodeId, order) {
      if (!isJobOrder(order)) {
        return options.mqtt.send(nodeId, order);
      }
      const outbox = outboxOf(nodeId);
      // What it calls off need not go out any more, if it has not.
      if (order.type !== 'run') outbox.drop(keyOf('run', order.attemptId));
      if (order.type === 'forget') outbox.drop(keyOf('cancel', order.attemptId));
      outbox.put(keyOf(order.type, order.attemptId), order);
    },
    accessFor,
    async retire(nodeId) {
      outboxes.get(nodeId)?.close();
      outboxes.delete(nodeId);
      madeAnewAt.delete(nodeId);
      try {
        await queues.forget(nodeId);
        if (out.state() === 'open') await publishing.queueDelete(amqpRoutes.orders.queue(nodeId));
      } catch (error) {
        logger.warn({ node: nodeId, error: String(error) }, 'a removed machine is still known to rabbitmq');
      }
    },
    openSince(nodeId) {
      if (openSince === null || consumedSince === null) return null;
      const silentFor = now() - (silentSince.get(nodeId) ?? now());
      if (silentFor > silenceMs && silentFor < hopelessMs) return null;
      return Math.max(openSince, consumedSince, madeAnewAt.get(nodeId) ?? 0);
    },
    state(): ComponentState {
      const waiting = [...outboxes.values()].reduce((sum, outbox) => sum + outbox.size(), 0);
      const found = problem();
      if (found === null)
        return { name: 'Job routing (RabbitMQ)', state: 'running', message: runningMessage() };
      const orders = waiting === 0 ? 'Running jobs go on.' : `Running jobs go on; ${waiting} orders wait.`;
      return { name: 'Job routing (RabbitMQ)', state: 'degraded', message: `${found} ${orders}` };
    },
    async unreadableMessages() {
      if (out.state() !== 'open') return null;
      const asked = publishing.queueDeclare({ queue: amqpNames.dead, passive: true });
      const answer = await Promise.race([asked, wait(admitLimitMs, null)]).catch(() => null);
      return answer?.messageCount ?? null;
    },
    start(take) {
      const joined = () => new Set(options.joinedNodes());
      consumer = createReportConsumer({
        connection: consuming,
        hubId,
        take,
        speaksFor: (nodeId, username) =>
          joined().has(nodeId) && (users === null || username === amqpNames.nodeUser(nodeId)),
        openSince: () => backSince,
        changed,
        now,
        logger,
      });
      timer = setInterval(tend, tendMs);
      tend();
    },
    async stop() {
      clearInterval(timer);
      const limit = new AbortController();
      const orderly = async () => {
        await consumer?.close();
        await Promise.all([...outboxes.values()].map((outbox) => outbox.drained(stopLimitMs)));
        await publisher.close();
        await Promise.all([publishing.close(), consuming.close()]);
      };
      await Promise.race([
        orderly().catch(() => undefined),
        wait(stopLimitMs, undefined, { signal: limit.signal }).catch(() => undefined),
      ]);
      limit.abort();
      for (const outbox of outboxes.values()) outbox.close();
      publishing.unsafeDestroy();
      consuming.unsafeDestroy();
    },
  };
}
