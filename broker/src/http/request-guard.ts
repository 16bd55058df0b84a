import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Requests that one connection may have begun before it has an answer. Browsers and our programs have one. */
const mostAtOnce = 8;
/** Pieces of a body below this are crumbs: each costs as much as 64 KiB that come in one. */
const crumbBytes = 64;
/** Whoever writes a body in small pieces now and then stays far below. */
const mostCrumbs = 1000;

/** Ends a connection whose body comes in crumbs, as chunked encoding allows, before they are kept anywhere. */
function limitCrumbs(request: IncomingMessage): void {
  const push = request.push.bind(request);
  let crumbs = 0;
  request.push = (chunk: unknown, encoding?: BufferEncoding): boolean => {
    if (request.socket.destroyed) return false;
    if (chunk instanceof Uint8Array && chunk.length < crumbBytes && ++crumbs > mostCrumbs) {
      request.socket.destroy();
      return false;
    }
    return push(chunk, encoding);
  };
}

/**
 * Stands before everything that handles a request. A thousand short requests fit into one read of the network, and ten thousand
 * crumbs of a body: Node's server begins all of them in the same moment.
 */
export function guardRequests(handle: RequestListener): RequestListener {
  const open = new WeakMap<Socket, number>();
  return (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    // Ended by what came before it in the same read.
    if (socket.destroyed) return;
    const count = (open.get(socket) ?? 0) + 1;
    if (count > mostAtOnce) {
      socket.destroy();
      return;
    }
    open.set(socket, count);
    response.once('close', () => open.set(socket, (open.get(socket) ?? 1) - 1));
    if (request.headers['transfer-encoding'] !== undefined) limitCrumbs(request);
    handle(request, response);
  };
}
