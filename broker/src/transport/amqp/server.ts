import { networkInterfaces } from 'node:os';
import { amqpHeartbeatSeconds, amqpRetryMs, type AmqpAccess, type AmqpPlace } from '@meshdeck/shared';
import { Connection, type ConnectionOptions } from 'rabbitmq-client';

/** The RabbitMQ that `--amqp` names. */
export interface AmqpServer {
  host: string;
  port: number;
  tls: boolean;
  vhost: string;
  username: string;
  password: string;
  place: AmqpPlace;
}

/** Of a URL that the configuration has checked; what it leaves out is RabbitMQ's default. */
export function amqpServer(text: string): AmqpServer {
  const url = new URL(text);
  const tls = url.protocol === 'amqps:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? (tls ? 5671 : 5672) : Number(url.port);
  const vhost = decodeURIComponent(url.pathname.slice(1)) || '/';
  const username = decodeURIComponent(url.username) || 'guest';
  const password = decodeURIComponent(url.password) || 'guest';
  return {
    host,
    port,
    tls,
    vhost,
    username,
    password,
    place: { address: url.host || host, username, vhost },
  };
}

function connectionOptions(server: AmqpServer, connectionName: string): ConnectionOptions {
  return {
    hostname: server.host,
    port: server.port,
    vhost: server.vhost,
    username: server.username,
    password: server.password,
    tls: server.tls,
    connectionName,
    heartbeat: amqpHeartbeatSeconds,
    retryLow: amqpRetryMs.first,
    retryHigh: amqpRetryMs.last,
    noDelay: true,
  };
}

export function openConnection(server: AmqpServer, name: string): Connection {
  return new Connection(connectionOptions(server, name));
}

const probeLimitMs = 5_000;

/** Connects once and hangs up: the error, or null where all is well. The client itself tells its first failure only. */
export function probeServer(server: AmqpServer): Promise<unknown> {
  const probe = new Connection({
    ...connectionOptions(server, 'meshdeck probe'),
    connectionTimeout: probeLimitMs,
    retryLow: 60_000,
    retryHigh: 60_000,
  });
  return new Promise<unknown>((resolve) => {
    probe.once('connection', () => resolve(null));
    probe.on('error', resolve);
  }).finally(() => probe.unsafeDestroy());
}

const isLoopback = (address: string): boolean =>
  /^(127(\.\d{1,3}){3}|::1|localhost|::ffff:127(\.\d{1,3}){3})$/.test(address);

function isThisMachine(address: string): boolean {
  const plain = address.replace(/^::ffff:/, '');
  if (isLoopback(plain)) return true;
  return Object.values(networkInterfaces()).some((each) => each?.some((own) => own.address === plain));
}

/**
 * How the machine at `address` reaches this RabbitMQ. A loopback address means nothing on another machine: there, null
 * stands for the host at which it reaches the hub.
 */
export function accessFrom(
  server: AmqpServer,
  address: string | undefined,
  { username, password }: { username: string; password: string },
): AmqpAccess {
  const elsewhere = address !== undefined && !isThisMachine(address);
  const { port, tls, vhost } = server;
  return {
    host: elsewhere && isLoopback(server.host) ? null : server.host,
    port,
    tls,
    vhost,
    username,
    password,
  };
}
