import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { createWebSocketStream, WebSocketServer } from 'ws';
import { reachOf } from '../users/permissions.js';
import { identify, type Doorkeepers } from './authentication.js';
import { isOwnHost, isOwnPage } from './home-guard.js';
import type { MqttSocketHandler } from './services.js';

/** People only subscribe: their packets are short. */
const maxPayloadBytes = 64 * 1024;
/** Open pages of one person. */
const mostOfOne = 64;

/**
 * Takes WebSocket upgrades of `/mqtt` [RFC 6455 §4.2.2], subprotocol `mqtt` [MQTT-6.0.0-4], from known people on
 * pages of our own, and hands each connection on. Returns what ends them all.
 */
export function acceptMqttSockets(options: {
  servers: readonly Server[];
  lanNames: () => readonly string[];
  keepers: Doorkeepers;
  logger: Logger;
  handle: MqttSocketHandler;
}): () => void {
  const { servers, lanNames, keepers, logger, handle } = options;
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: maxPayloadBytes,
    handleProtocols: (offered) => (offered.has('mqtt') ? 'mqtt' : false),
  });

  const open = new Map<string, number>();

  function statusFor(request: IncomingMessage): number {
    // Not by URL(), which throws for addresses that are none, such as `//`: here that would end the hub.
    if (request.url?.split('?', 1)[0] !== '/mqtt') return 404;
    if (!isOwnHost(request, lanNames())) return 403;
    const person = identify(keepers, request);
    if (person === null) return 401;
    if (reachOf(person, 'live.connect') === 'none') return 403;
    if ((open.get(person.id) ?? 0) >= mostOfOne) return 429;
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
    const person = status === 101 ? identify(keepers, request) : null;
    if (person === null) {
      // Nobody reads this socket any more, so its end would never be seen: it would count as a connection for good.
      socket.once('finish', () => socket.destroy());
      socket.end(
        `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`,
      );
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
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
