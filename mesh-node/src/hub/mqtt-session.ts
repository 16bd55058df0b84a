import { connect as connectTls } from 'node:tls';
import {
  nodeTopics,
  topicName,
  topics,
  type NodeId,
  type Order,
  type PayloadOf,
  type StatusMessage,
  type TopicFrom,
} from '@meshdeck/shared';
import mqtt from 'mqtt';
import type { Logger } from 'pino';
import { formatAddress, type HubAddress } from '../join/hub-address.js';
import type { TrustedTls } from '../join/trusted-tls.js';

const keepAliveSeconds = 5;
/** It has just answered a hello: if it says nothing now, it has a room to let in. */
const connectTimeoutMs = 15_000;
const endPatienceMs = 1000;
/** An order is a few kilobytes; one to check a table brings the first rows of it. */
const maxOrderBytes = 512 * 1024;

/** One MQTT connection to the hub, from its CONNACK to its end. It never reconnects: `createConnectionSupervisor` opens the next one. */
export interface MqttSession {
  publish: <K extends TopicFrom<'node'>>(key: K, message: PayloadOf<K>) => Promise<void>;
  /** Bytes handed over and not yet on the wire. */
  backlogBytes: () => number;
  onOrder: (listener: (order: Order) => void) => void;
  closed: Promise<string>;
  end: () => Promise<void>;
}

export interface MqttSessionOptions {
  address: HubAddress;
  tls: TrustedTls;
  nodeId: NodeId;
  instanceId: string;
  logger: Logger;
  signal: AbortSignal;
}

function parseOrder(payload: Buffer, logger: Logger): Order | undefined {
  const read =
    payload.length > maxOrderBytes
      ? ({ ok: false, reason: 'too large' } as const)
      : topics['nodes/{nodeId}/orders'].payload.read(payload, Date.now());
  if (read.ok) return read.value;
  const { reason } = read;
  logger.warn({ reason, bytes: payload.length }, 'an order that makes no sense was dropped');
  return undefined;
}

/**
 * Connects, subscribes to this machine's orders, and resolves once the hub agreed to both.
 * The last will says `connection-lost`, retained, at QoS 1.
 */
export async function openMqttSession(options: MqttSessionOptions): Promise<MqttSession> {
  const { address, tls, nodeId, instanceId, logger } = options;
  const lastWill: StatusMessage = { state: 'offline', reason: 'connection-lost', instanceId, ts: Date.now() };
  let backlog = () => 0;
  const client = new mqtt.MqttClient(
    () => {
      const socket = connectTls({ ...tls, host: address.host, port: address.port });
      socket.setNoDelay(true);
      socket.on('error', (error) => client.emit('error', error));
      backlog = () => socket.writableLength;
      return socket;
    },
    {
      clientId: `${nodeId}:${instanceId}`,
      username: nodeId,
      clean: true,
      keepalive: keepAliveSeconds,
      reconnectPeriod: 0,
      connectTimeout: connectTimeoutMs,
      queueQoSZero: false,
      resubscribe: false,
      will: {
        topic: topicName('nodes/{nodeId}/status', { nodeId }),
        payload: Buffer.from(JSON.stringify(lastWill)),
        qos: 1,
        retain: true,
      },
    },
  );
  let listener: ((order: Order) => void) | undefined;
  const early: Order[] = [];
  client.on('message', (_topic, payload) => {
    const order = parseOrder(payload, logger);
    if (order === undefined) return;
    if (listener === undefined) early.push(order);
    else listener(order);
  });

  let lastError: Error | undefined;
  client.on('error', (error) => (lastError = error));
  const closed = new Promise<string>((resolve) => {
    client.once('close', () => resolve(lastError?.message ?? 'the connection closed'));
  });
  const abort = () => void client.end(true);
  options.signal.addEventListener('abort', abort, { once: true });
  void closed.then(() => options.signal.removeEventListener('abort', abort));
  if (options.signal.aborted) abort();

  const pending = new Set<(reason: Error) => void>();
  void closed.then((reason) => pending.forEach((reject) => reject(new Error(reason))));
  /** `work`, or an error once the connection has ended: the client itself would wait for a reconnection that never comes. */
  const whileOpen = <T>(work: Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      pending.add(reject);
      work.then(resolve, reject).finally(() => pending.delete(reject));
    });

  try {
    await whileOpen(new Promise<void>((resolve) => client.once('connect', () => resolve())));
    const orders = topicName('nodes/{nodeId}/orders', { nodeId });
    const [granted] = await whileOpen(client.subscribeAsync(orders, { qos: 1 }));
    if (granted === undefined || granted.qos === 128)
      throw new Error('the hub refused the orders subscription');
  } catch (error) {
    client.end(true);
    throw new Error(`No MQTT at ${formatAddress(address)}.`, { cause: error });
  }

  return {
    async publish(key, message) {
      const { qos, retain } = nodeTopics[key];
      await whileOpen(
        client.publishAsync(topicName<TopicFrom<'node'>>(key, { nodeId }), JSON.stringify(message), {
          qos,
          retain: retain === 'always',
        }),
      );
    },
    backlogBytes: () => backlog(),
    onOrder(next) {
      listener = next;
      early.splice(0).forEach(next);
    },
    closed,
    async end() {
      // What was published is acknowledged first; a hub that does not answer holds nobody up.
      const hurry = setTimeout(() => client.end(true), endPatienceMs);
      client.end(false);
      await closed;
      clearTimeout(hurry);
    },
  };
}
