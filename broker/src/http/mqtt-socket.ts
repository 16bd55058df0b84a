import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { createWebSocketStream, WebSocketServer, type WebSocket } from 'ws';
import { trusted } from '../fairness/connections.js';
import { createRate, createRates } from '../fairness/rate.js';
import { mostPages, packetLimits } from '../mqtt/limits.js';
import { reachOf } from '../users/permissions.js';
import type { Person } from '../users/types.js';
import { identify, type IdentitySources } from './authentication.js';
import { readWhole } from './read-in-pieces.js';
import { isOwnHost, isOwnPage } from './origin-check.js';

/** Hands an authenticated MQTT-over-WebSocket connection to the broker. */
export type MqttSocketHandler = (stream: Duplex, person: Person) => void;

/** What one message may be made of: a page sends each of its short packets whole. */
const frames = {
  maxPayload: packetLimits.people.packetBytes,
  maxFragments: 64,
  maxBufferedChunks: 1024,
} as const;
/** Pings, pongs and messages: some hundreds fit into one read of the network, ten thousand do too. */
const frameRate = { perSecond: 60, burst: 600 };
/** Live connections that one person may begin. A page begins one, and another where that one ended. */
const beginnings = { perSecond: 2, burst: 64 };

/** Ends a connection whose frames come faster than any page's; those with nothing in them count as well. */
function limitFrames(webSocket: WebSocket): void {
  const rate = createRate(frameRate, () => performance.now());
  const count = () => {
    rate.take(1);
    if (rate.available() === 0) webSocket.terminate();
  };
  for (const event of ['ping', 'pong', 'message'] as const) webSocket.on(event, count);
}

/**
 * Takes WebSocket upgrades of `/mqtt` [RFC 6455 §4.2.2], subprotocol `mqtt` [MQTT-6.0.0-4], from known people on
 * pages of our own, and hands each connection on. Returns what ends them all.
 */
export function acceptMqttSockets(options: {
  servers: readonly Server[];
  lanNames: () => readonly string[];
  keepers: IdentitySources;
  logger: Logger;
  handle: MqttSocketHandler;
  /** Whose connection this is. */
  belongsTo: (request: { raw: IncomingMessage }, caller: string | typeof trusted) => void;
}): () => void {
  const { servers, lanNames, keepers: identitySources, logger, handle } = options;
  const begun = createRates(beginnings, () => performance.now());
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    ...frames,
    handleProtocols: (offered) => (offered.has('mqtt') ? 'mqtt' : false),
  });

  const open = new Map<string, number>();

  function statusFor(request: IncomingMessage): number {
    // Not by URL(), which throws for addresses that are none, such as `//`: here that would end the hub.
    if (request.url?.split('?', 1)[0] !== '/mqtt') return 404;
    if (!isOwnHost(request, lanNames())) return 403;
    const person = identify(identitySources, request);
    if (person === null) return 401;
    if (reachOf(person, 'live.connect') === 'none') return 403;
    if ((open.get(person.id) ?? 0) >= mostPages) return 429;
    const rate = begun.of(person.id);
    if (rate.available() === 0) return 429;
    rate.take(1);
    // Other programs than browsers send no origin, and have no cookie either.
    const fromPage =
      request.headers.origin !== undefined || person.via === 'session' || person.via === 'link';
    if (fromPage && !isOwnPage(request)) return 403;
    const offered = request.headers['sec-websocket-protocol']?.split(',') ?? [];
    return offered.some((name) => name.trim() === 'mqtt') ? 101 : 400;
  }

  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const status = statusFor(request);
    const person = status === 101 ? identify(identitySources, request) : null;
    if (person === null) {
      // Nobody reads this socket any more, so its end would never be seen: it would count as a connection for good.
      socket.once('finish', () => socket.destroy());
      socket.end(
        `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`,
      );
      return;
    }
    readWhole(socket);
    options.belongsTo({ raw: request }, person.via === 'token' ? trusted : person.id);
    request.socket.setKeepAlive(true, 60_000);
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      limitFrames(webSocket);
      const stream = createWebSocketStream(webSocket);
      open.set(person.id, (open.get(person.id) ?? 0) + 1);
      webSocket.once('close', () => open.set(person.id, (open.get(person.id) ?? 1) - 1));
      stream.on('error', (error) => logger.debug({ error: error.message }, 'mqtt socket failed'));
      handle(stream, person);
    });
  };

  for (const server of servers) server.on('upgrade', onUpgrade);
  return () => {
    for (const server of servers) server.off('upgrade', onUpgrade);
    for (const client of sockets.clients) client.terminate();
    sockets.close();
  };
}
