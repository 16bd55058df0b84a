import { createHash } from 'node:crypto';
import { attemptIdOf, idFromFingerprint, type Order, type Report, type RunOrder } from '@meshdeck/shared';
import type { RabbitMq } from '@meshdeck/testing/brokers';
import { pino } from 'pino';
import { Connection } from 'rabbitmq-client';
import { onTestFinished } from 'vitest';
import { createRabbitTransport } from '../../../broker/src/transport/amqp/rabbit-transport.js';
import { amqpServer } from '../../../broker/src/transport/amqp/server.js';
import type { JobTransport } from '../../../broker/src/transport/job-transport.js';
import { createAmqpRoute } from '../../../mesh-node/src/amqp/route.js';

export const logger = pino({ level: process.env['MESHDECK_TEST_LOG'] ?? 'silent' });
/** Restarts, queues that are made anew, and a busy machine included. */
export const patience = { timeout: 120_000, interval: 20 };

const sha256 = 'a'.repeat(64);

let count = 0;
/** Ids nobody else has on this RabbitMQ. */
export const freshId = () => {
  count += 1;
  return idFromFingerprint(createHash('sha256').update(String(count)).digest('hex'));
};

export const runOrder = (number: number): RunOrder => ({
  type: 'run',
  attemptId: attemptIdOf('0123456789', number, 1),
  jobId: '0123456789',
  token: 1,
  app: {
    name: 'digits',
    version: '1',
    runtime: 'onnx',
    entry: 'digits.onnx',
    bundle: { sha256, bytes: 1, name: 'digits.tar' },
  },
  input: { sha256, bytes: 1, name: 'in.csv' },
  limits: { timeSeconds: 60, memoryBytes: 1e9, outputBytes: 1e9 },
});
export const phase = (number: number): Report => ({
  type: 'phase',
  attemptId: attemptIdOf('0123456789', number, 1),
  token: 1,
  ts: 1,
  phase: 'running',
});
export const attemptOf = (message: Order | Report) =>
  'attemptId' in message ? message.attemptId : message.type;

export interface HubSide {
  nodeId: string;
  hubId: string;
  transport: JobTransport;
  reports: string[];
  byMqtt: Order[];
  /** What handling the next reports throws. */
  failures: Error[];
  problem: () => string;
}

/** A hub's side, with one machine that has joined. */
export function hubSide(
  rabbit: RabbitMq,
  options: { url?: string; nodeId?: string; hubId?: string; start?: boolean } = {},
): HubSide {
  const nodeId = options.nodeId ?? freshId();
  const hubId = options.hubId ?? freshId();
  const reports: string[] = [];
  const byMqtt: Order[] = [];
  const failures: Error[] = [];
  const transport = createRabbitTransport({
    server: amqpServer(options.url ?? rabbit.url),
    hubId,
    mqtt: { send: async (_nodeId, order) => void byMqtt.push(order) },
    joinedNodes: () => [nodeId],
    addressOf: () => '127.0.0.1',
    users: null,
    now: Date.now,
    logger,
  });
  onTestFinished(() => transport.stop());
  if (options.start !== false) {
    transport.start(async (from, report) => {
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
      reports.push(`${from} ${report.type} ${attemptOf(report)}`);
    });
  }
  const problem = () => {
    const state = transport.state();
    return state?.state === 'degraded' ? (state.message ?? '') : '';
  };
  return { nodeId, hubId, transport, reports, byMqtt, failures, problem };
}

/** The machine's side, as an agent has it. */
export async function nodeSide({ nodeId, hubId, transport }: HubSide, slots = 2) {
  const orders: string[] = [];
  const route = createAmqpRoute({ nodeId, slots, onNotice: () => undefined, logger });
  onTestFinished(() => route.stop());
  const access = await transport.accessFor(nodeId);
  route.use(access, {
    hubId,
    hubHost: '127.0.0.1',
    obey: async (order) => void orders.push(`${order.type} ${attemptOf(order)}`),
  });
  return { route, orders, access };
}

/** A client of the test's own. */
export function client(rabbit: RabbitMq): Connection {
  const connection = new Connection(rabbit.url);
  connection.on('error', () => undefined);
  onTestFinished(() => connection.unsafeDestroy());
  return connection;
}
export const depth = async (connection: Connection, queue: string) =>
  (await connection.queueDeclare({ queue, passive: true })).messageCount;
