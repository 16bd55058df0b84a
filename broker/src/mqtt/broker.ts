import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer as createTlsServer } from 'node:tls';
import {
  meshdeckVersion,
  topicName,
  topics,
  type NodeId,
  type PayloadOf,
  type SensorId,
  type Topic,
  type TopicFrom,
  type TopicIds,
} from '@meshdeck/shared';
import { Aedes, type Client } from 'aedes';
import type { Logger } from 'pino';
import { createActivity, type Activity } from '../fairness/activity.js';
import { limitConnections, type ConnectionLimits, type Connections } from '../fairness/connections.js';
import { createLogTally } from '../fairness/log-tally.js';
import { agentTls } from '../identity/agent-tls.js';
import { listenBacklog } from '../ports.js';
import { peerFingerprint } from '../identity/peer.js';
import { createBacklog } from './backlog.js';
import { createGates, type Door } from './doors.js';
import {
  backlogLimits,
  callerBacklogBytes,
  connectionLimits,
  entryTimeoutMs,
  filterLimits,
  mostPages,
} from './limits.js';
import { createListeners } from './listeners.js';
import type { PacketGate } from './packet-gate.js';
import { createPacketRules, createTopicNames, refusal } from './packet-rules.js';
import type { JobOwner, Membership } from './policies.js';
import { callerOf, type PersonPrincipal, type Principal } from './principal.js';
import { SessionMemory } from './session-memory.js';
import { createSubscriptionLimits } from './subscription-limits.js';
import { TopicEmitter } from './topic-emitter.js';

export interface MqttBrokerOptions {
  logger: Logger;
  /** Key and certificate of the hub, for the agents' listener. */
  tls: { key: string; cert: string };
  /** Where a machine with this key stands. Asked at every publish, so that a removal counts at once. */
  membershipOf: (nodeId: NodeId) => Membership;
  /** Null refuses the connection. */
  authenticateNode: (fingerprint: string, clientId: string, address: string) => Principal | null;
  authenticateSensor: (sensorId: SensorId, password: Buffer) => Promise<boolean>;
  /** Asked at every log line that goes to a person. */
  ownerOfJob: JobOwner;
  onConnect: (principal: Principal) => void;
  onDisconnect: (principal: Principal) => void;
  /** What policies let through. */
  onMessage: (topic: Topic, payload: Buffer) => void;
  /** Open connections at each door; the usual ones where it is left out. */
  connectionLimits?: ConnectionLimits;
  /** Who had something done just now, at every door of the hub. */
  activity?: Activity;
  now?: () => number;
}

export interface MqttBroker {
  listenAgents(port: number, host: string): Promise<number>;
  listenSensors(port: number, host: string): Promise<number>;
  /** Takes over a WebSocket stream of a person whose session was checked already. */
  handlePerson(stream: Duplex, person: PersonPrincipal): void;
  /** Resolves once it is handed to every connection that listens. */
  publish<K extends TopicFrom<'hub'>>(key: K, ids: TopicIds<K>, payload: PayloadOf<K>): Promise<void>;
  /** True while somebody listens to exactly this topic. */
  hasListeners(topic: string): boolean;
  /** Ends every connection of a principal at once. */
  disconnect(match: (principal: Principal) => boolean): void;
  /** Lets go of what was retained below topics that begin so. */
  forgetRetained(prefix: string): void;
  stop(): Promise<void>;
}

/** A network that takes nothing for so long is gone. */
const drainTimeoutMs = 30_000;

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
function releaseStack(error: Error): void {
  String(error.stack);
}

/** The embedded MQTT 3.1.1 broker with its three doors: agents (TLS), sensors (plain), people (WebSocket). */
export async function createMqttBroker(options: MqttBrokerOptions): Promise<MqttBroker> {
  const { logger, now = Date.now } = options;
  const tally = createLogTally(logger);
  const doors = new WeakMap<object, Door>();
  /** Who is connected. */
  const connected = new Map<Client, Principal>();
  /** Connections of each caller, oldest first. */
  const gatesOf = new Map<string, Set<PacketGate>>();
  /** Who a client is, also after it left: what it said last is still on its way then. */
  const principals = new WeakMap<Client, Principal>();
  const callers = new WeakMap<PacketGate, string>();
  const listeners = createListeners();
  const sockets = new Set<Socket>();
  const servers: Server[] = [];
  const limited = new Map<Door['kind'], Connections>();
  const topicOf = createTopicNames();
  const memory = new SessionMemory();
  const subscriptions = createSubscriptionLimits({ ...filterLimits, tally, now });

  const gates = createGates({
    now,
    activity: options.activity ?? createActivity(),
    onExcess(gate, { kind }, reason) {
      const caller = callers.get(gate) ?? 'a stranger';
      tally.note('mqtt connection ended', `${kind} ${caller} ${reason}`, { door: kind, caller, reason });
      gate.destroy();
    },
  });
  const backlog = createBacklog({
    limitsOf: (gate) => backlogLimits[doors.get(gate)?.kind ?? 'people'],
    callerBytes: callerBacklogBytes,
    siblingsOf: (gate) => gatesOf.get(callers.get(gate) ?? '') ?? [],
  });

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
      const fingerprint = peerFingerprint(door.socket);
      if (fingerprint === null) return null;
      return options.authenticateNode(fingerprint, client.id, door.socket.remoteAddress ?? '');
    }
    if (username === undefined || password === undefined) return null;
    const known = await options.authenticateSensor(username, password);
    return known ? { kind: 'sensor', sensorId: username } : null;
  }

  /** From here on the connection has a caller, whose share of everything it is part of. */
  function admit(client: Client, principal: Principal): void {
    const gate = client.conn as PacketGate;
    const door = doors.get(gate);
    const caller = callerOf(principal);
    principals.set(client, principal);
    // The broker says nothing of the end of those that end while they are let in.
    if (door === undefined || gate.destroyed) return;
    connected.set(client, principal);
    callers.set(gate, caller);
    gates.identified(gate, door.kind, caller);
    const siblings = gatesOf.get(caller) ?? new Set();
    gatesOf.set(caller, siblings.add(gate));
    gate.once('close', () => {
      connected.delete(client);
      siblings.delete(gate);
      if (siblings.size === 0 && gatesOf.get(caller) === siblings) gatesOf.delete(caller);
    });
    if (door.kind === 'people') {
      const [oldest] = siblings;
      if (siblings.size > mostPages) oldest?.destroy();
    } else limited.get(door.kind)?.belongsTo(door.socket, caller);
  }

  const broker = await Aedes.createBroker({
    id: `meshdeck-${meshdeckVersion}`,
    mq: new TopicEmitter(),
    persistence: memory,
    connectTimeout: entryTimeoutMs,
    drainTimeout: drainTimeoutMs,
    maxClientsIdLength: 256,
    // What a slice holds that comes before its connection is let in.
    queueLimit: 200,
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
            const door = doors.get(client.conn)?.kind ?? '';
            tally.note('mqtt connection refused', door, { door, client: client.id.slice(0, 80) });
            done(refusal('not authorized'), false);
            return;
          }
          admit(client, principal);
          done(null, true);
        },
        (error: unknown) => {
          logger.error({ error: String(error) }, 'mqtt authentication failed');
          done(refusal('not authorized'), false);
        },
      );
    },
    ...createPacketRules({
      principalOf: (client) => principals.get(client),
      membershipOf: membership,
      ownerOfJob: options.ownerOfJob,
      topicOf,
      memory,
      subscriptions,
      backlog,
      tally,
    }),
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
      releaseStack(error);
      logger.debug({ client: client.id, error: error.message }, 'mqtt connection trouble');
    });
  }
  broker.on('publish', (packet, client) => {
    if (client === null || !principals.has(client)) return;
    const topic = topicOf(packet.topic);
    if (topic !== null) options.onMessage(topic, packet.payload as Buffer);
  });
  broker.on('subscribe', (subscribed, client) => listeners.subscribed(client, subscribed));
  broker.on('unsubscribe', (filters, client) => {
    listeners.unsubscribed(client, filters);
    subscriptions.unsubscribed(client, filters);
  });

  function accept(socket: Socket, door: Door): void {
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 60_000);
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', (error) => logger.debug({ error: error.message }, 'mqtt socket trouble'));
    handle(socket, door);
  }

  function handle(source: Duplex, door: Door): void {
    const gate = gates.open(source, door);
    doors.set(gate, door);
    if (door.kind === 'people') gates.identified(gate, 'people', callerOf(door.person));
    broker.handle(gate);
  }

  function listen(server: Server, door: 'agents' | 'sensors', port: number, host: string): Promise<number> {
    servers.push(server);
    const limits = options.connectionLimits ?? connectionLimits[door];
    limited.set(door, limitConnections(server, { door, tally, limits }));
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen({ port, host, backlog: listenBacklog }, () => {
        server.removeListener('error', reject);
        resolve((server.address() as AddressInfo).port);
      });
    });
  }

  return {
    listenAgents: (port, host) =>
      listen(
        createTlsServer({ ...agentTls(options.tls), handshakeTimeout: entryTimeoutMs }, (socket) =>
          accept(socket, { kind: 'agents', socket }),
        ),
        'agents',
        port,
        host,
      ),
    listenSensors: (port, host) =>
      listen(
        createTcpServer((socket) => accept(socket, { kind: 'sensors', socket })),
        'sensors',
        port,
        host,
      ),
    handlePerson: (stream, person) => handle(stream, { kind: 'people', person }),
    publish: (key, ids, message) =>
      new Promise((resolve, reject) => {
        const { qos, retain } = topics[key];
        const [topic, payload] = [topicName(key, ids), JSON.stringify(message)];
        broker.publish(
          { cmd: 'publish', topic, payload, qos, retain: retain === 'always', dup: false },
          (error) => (error ? reject(error) : resolve()),
        );
      }),
    hasListeners: (topic) => listeners.has(topic),
    disconnect(match) {
      for (const [client, principal] of connected) if (match(principal)) client.close();
    },
    forgetRetained: (prefix) => memory.forgetRetained(prefix),
    async stop() {
      for (const server of servers) server.close();
      await new Promise<void>((resolve) => broker.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      tally.stop();
    },
  };
}
