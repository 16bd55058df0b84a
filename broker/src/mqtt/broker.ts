import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { gatherMqttWrites, meshdeckVersion, parseTopic, type ParsedTopic } from '@meshdeck/shared';
import { Aedes, type AuthenticateError, type Client } from 'aedes';
import type { Logger } from 'pino';
import { agentTls } from '../identity/agent-tls.js';
import { peerFingerprint } from '../identity/peer.js';
import { limitConnections, packetLimits, type ConnectionLimits } from './limits.js';
import { createListeners } from './listeners.js';
import { guardPackets } from './packet-guard.js';
import { mayPublish, mayRetain, maySubscribe, type JobOwner, type Membership } from './policies.js';
import type { PersonPrincipal, Principal } from './principal.js';

/** How a connection came in; decides how it must prove who it is. */
type Door = { kind: 'agents' } | { kind: 'sensors' } | { kind: 'people'; person: PersonPrincipal };

export interface MqttBrokerOptions {
  logger: Logger;
  /** Key and certificate of the hub, for the agents' listener. */
  tls: { key: string; cert: string };
  /** Where a machine with this key stands. Asked at every publish, so that a removal counts at once. */
  membershipOf: (nodeId: string) => Membership;
  /** Null refuses the connection. */
  authenticateNode: (fingerprint: string, clientId: string, address: string) => Principal | null;
  authenticateSensor: (sensorId: string, password: Buffer) => Promise<boolean>;
  /** Asked at every log line that goes to a person. */
  ownerOfJob: JobOwner;
  onConnect: (principal: Principal) => void;
  onDisconnect: (principal: Principal) => void;
  onMessage: (topic: ParsedTopic, payload: Buffer, principal: Principal) => void;
  /** Open connections at each door; the usual ones where it is left out. */
  connectionLimits?: ConnectionLimits;
  now?: () => number;
}

export interface MqttBroker {
  listenAgents(port: number, host: string): Promise<number>;
  listenSensors(port: number, host: string): Promise<number>;
  /** Takes over a WebSocket stream of a person whose session was checked already. */
  handlePerson(stream: Duplex, person: PersonPrincipal): void;
  publish(topic: string, payload: unknown, options?: { qos?: 0 | 1; retain?: boolean }): Promise<void>;
  /** True while somebody listens to exactly this topic. */
  hasListeners(topic: string): boolean;
  /** Ends every connection of a principal at once. */
  disconnect(match: (principal: Principal) => boolean): void;
  stop(): Promise<void>;
}

/** Our own are shorter. Names of up to 64 KiB, ten thousand of them, would fill the memory. */
const longestKeptTopic = 200;

/** CONNACK return code 5, "not authorized" [MQTT-3.2.2.3]. */
const notAuthorized = 5;

/**
 * A client id in use ends the connection that had it [MQTT-3.1.4-2]: so each door and each sensor and person has names of
 * its own, and nobody ends another's. A machine's name begins with its id, which its key must prove.
 */
function ownClientId(door: Door | undefined, clientId: string, username: string | undefined): string {
  if (clientId === '' || door === undefined || door.kind === 'agents') return clientId;
  return door.kind === 'people'
    ? `person/${door.person.id}/${clientId}`
    : `sensor/${username ?? ''}/${clientId}`;
}

/**
 * A stack that nobody has read holds the objects whose calls it lists. The parser keeps its error, and among those
 * objects are timers that know the next ones in line: thousands of ended connections hung on each other.
 */
function letGo(error: Error): void {
  String(error.stack);
}

function refuse(message: string): AuthenticateError {
  return Object.assign(new Error(message), { returnCode: notAuthorized });
}

/** The embedded MQTT 3.1.1 broker with its three doors: agents (TLS), sensors (plain), people (WebSocket). */
export async function createMqttBroker(options: MqttBrokerOptions): Promise<MqttBroker> {
  const { logger, now = Date.now } = options;
  const doors = new WeakMap<object, Door>();
  /** Who is connected. */
  const connected = new Map<Client, Principal>();
  /** Who a client is, also after it left: what it said last is still on its way then. */
  const principals = new WeakMap<Client, Principal>();
  const listeners = createListeners();
  const sockets = new Set<Socket>();
  const servers: Server[] = [];
  const topics = new Map<string, ParsedTopic | null>();

  const membership = (principal: Principal): Membership =>
    principal.kind === 'node' ? options.membershipOf(principal.nodeId) : 'none';

  async function identify(
    client: Client,
    username: string | undefined,
    password: Buffer | undefined,
  ): Promise<Principal | null> {
    const door = doors.get(client.conn);
    if (door === undefined) return null;
    if (door.kind === 'people') return door.person;
    if (door.kind === 'agents') {
      const socket = client.conn as TLSSocket;
      const fingerprint = peerFingerprint(socket);
      if (fingerprint === null) return null;
      return options.authenticateNode(fingerprint, client.id, socket.remoteAddress ?? '');
    }
    if (username === undefined || password === undefined) return null;
    const known = await options.authenticateSensor(username, password);
    return known ? { kind: 'sensor', sensorId: username } : null;
  }

  const broker = await Aedes.createBroker({
    id: `meshdeck-${meshdeckVersion}`,
    connectTimeout: 10_000,
    maxClientsIdLength: 256,
    queueLimit: 10_000,
    preConnect(client, packet, done) {
      // What is kept for those who left would be kept for every name they think of; nobody of ours asks for it.
      packet.clean = true;
      packet.clientId = ownClientId(doors.get(client.conn), packet.clientId, packet.username);
      done(null, true);
    },
    authenticate(client, username, password, done) {
      identify(client, username, password).then(
        (principal) => {
          if (principal === null) {
            logger.warn({ client: client.id.slice(0, 80) }, 'mqtt connection refused');
            done(refuse('not authorized'), false);
            return;
          }
          principals.set(client, principal);
          // The broker says nothing of the end of those that end while they are let in.
          if (!client.conn.destroyed) {
            connected.set(client, principal);
            client.conn.once('close', () => connected.delete(client));
          }
          done(null, true);
        },
        (error: unknown) => {
          logger.error({ error: String(error) }, 'mqtt authentication failed');
          done(refuse('not authorized'), false);
        },
      );
    },
    authorizePublish(client, packet, done) {
      const principal = client === null ? undefined : principals.get(client);
      if (principal === undefined) return done(refuse('unknown client'));
      const topic = knownTopic(packet.topic);
      if (!mayPublish(principal, topic, membership(principal))) {
        logger.warn({ principal, topic: packet.topic.slice(0, 120) }, 'mqtt publish refused');
        return done(refuse('publish not allowed'));
      }
      if (packet.retain && !mayRetain(principal, topic)) packet.retain = false;
      done(null);
    },
    authorizeSubscribe(client, subscription, done) {
      const principal = principals.get(client);
      const allowed =
        principal !== undefined &&
        maySubscribe(principal, subscription.topic, membership(principal), options.ownerOfJob);
      if (!allowed) {
        logger.warn({ principal, filter: subscription.topic.slice(0, 120) }, 'mqtt subscription refused');
      }
      // Null refuses this filter alone, with return code 128 [MQTT-3.9.3-2].
      done(null, allowed ? subscription : null);
    },
    authorizeForward(client, packet) {
      const principal = principals.get(client);
      if (principal === undefined) return null;
      const may = maySubscribe(principal, packet.topic, membership(principal), options.ownerOfJob);
      return may ? packet : null;
    },
  });

  broker.on('clientReady', (client) => {
    const principal = principals.get(client);
    if (principal !== undefined) options.onConnect(principal);
  });
  broker.on('clientDisconnect', (client) => {
    const principal = principals.get(client);
    connected.delete(client);
    if (principal !== undefined) options.onDisconnect(principal);
  });
  for (const event of ['clientError', 'connectionError'] as const) {
    broker.on(event, (client, error) => {
      letGo(error);
      logger.debug({ client: client.id, error: error.message }, 'mqtt connection trouble');
    });
  }
  broker.on('publish', (packet, client) => {
    if (client === null) return;
    const principal = principals.get(client);
    if (principal === undefined) return;
    const topic = knownTopic(packet.topic);
    if (topic !== null) options.onMessage(topic, packet.payload as Buffer, principal);
  });
  broker.on('subscribe', (subscriptions, client) => listeners.subscribed(client, subscriptions));
  broker.on('unsubscribe', (filters, client) => listeners.unsubscribed(client, filters));

  function knownTopic(name: string): ParsedTopic | null {
    let topic = topics.get(name);
    if (topic === undefined) {
      topic = parseTopic(name);
      if (topics.size < 10_000 && name.length <= longestKeptTopic) topics.set(name, topic);
    }
    return topic;
  }

  function accept(socket: Socket, door: Door): void {
    socket.setNoDelay(true);
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', (error) => logger.debug({ error: error.message }, 'mqtt socket trouble'));
    doors.set(socket, door);
    // Sensors may wait for each acknowledgement before they say the next thing.
    if (door.kind === 'agents') gatherMqttWrites(socket);
    broker.handle(socket);
    guard(socket, door, socket.remoteAddress);
  }

  function guard(stream: Duplex, door: Door, address: string | undefined): void {
    guardPackets({
      stream,
      limits: packetLimits[door.kind],
      now,
      onExcess(reason) {
        logger.warn({ door: door.kind, address, reason }, 'mqtt connection ended');
        stream.destroy();
      },
    });
  }

  function listen(server: Server, door: string, port: number, host: string): Promise<number> {
    servers.push(server);
    const { connectionLimits: limits } = options;
    limitConnections(server, { door, logger, ...(limits === undefined ? {} : { limits }) });
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.removeListener('error', reject);
        resolve((server.address() as AddressInfo).port);
      });
    });
  }

  return {
    listenAgents: (port, host) =>
      listen(
        createTlsServer({ ...agentTls(options.tls), handshakeTimeout: 10_000 }, (socket) =>
          accept(socket, { kind: 'agents' }),
        ),
        'agents',
        port,
        host,
      ),
    listenSensors: (port, host) =>
      listen(
        createTcpServer((socket) => accept(socket, { kind: 'sensors' })),
        'sensors',
        port,
        host,
      ),
    handlePerson(stream, person) {
      const door: Door = { kind: 'people', person };
      doors.set(stream, door);
      broker.handle(stream);
      guard(stream, door, undefined);
    },
    publish: (topic, payload, { qos = 0, retain = false } = {}) =>
      new Promise((resolve, reject) => {
        broker.publish(
          { cmd: 'publish', topic, payload: JSON.stringify(payload), qos, retain, dup: false },
          (error) => (error ? reject(error) : resolve()),
        );
      }),
    hasListeners: (topic) => listeners.has(topic),
    disconnect(match) {
      for (const [client, principal] of connected) if (match(principal)) client.close();
    },
    async stop() {
      for (const server of servers) server.close();
      await new Promise<void>((resolve) => broker.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
    },
  };
}
