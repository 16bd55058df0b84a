import { amqpHeartbeatSeconds, amqpRetryMs, type AmqpAccess } from '@meshdeck/shared';
import { type AmqpPlace } from '@meshdeck/shared/runtime';
import { Connection } from 'rabbitmq-client';

/** Where this machine finds the RabbitMQ that its hub named; on the hub's own host where it named none. */
export function placeOf(access: AmqpAccess, hubHost: string): AmqpPlace & { host: string } {
  const host = access.host ?? hubHost;
  const shown = host.includes(':') ? `[${host}]` : host;
  return { host, address: `${shown}:${access.port}`, username: access.username, vhost: access.vhost };
}

/** Connects, and connects again whenever the connection ends. */
export function openConnection(access: AmqpAccess, host: string, name: string): Connection {
  const { port, vhost, username, password, tls } = access;
  return new Connection({
    hostname: host,
    port,
    vhost,
    username,
    password,
    tls,
    connectionName: name,
    heartbeat: amqpHeartbeatSeconds,
    retryLow: amqpRetryMs.first,
    retryHigh: amqpRetryMs.last,
    noDelay: true,
  });
}
