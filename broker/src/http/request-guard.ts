import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { readLessOf } from './read-in-pieces.js';

/** Requests that one connection may have begun before it has an answer. Browsers and our programs have one. */
const mostAtOnce = 8;
/** Pieces of a body below this are crumbs. */
const crumbBytes = 64;
const gatheredBytes = 4096;
/** Whether somebody has read what was there before is looked at so often. */
const unreadMs = 20;

/**
 * Chunked encoding may bring a body byte by byte, and each would be kept as an object of its own: a thousand times its
 * size. Crumbs are gathered until the rest of what came with them is read.
 */
function gatherCrumbs(request: IncomingMessage): void {
  const push = request.push.bind(request);
  let gathered: Buffer | null = null;
  let length = 0;
  let hasRoom = true;

  function flush(): void {
    if (gathered === null) return;
    const whole = gathered.subarray(0, length);
    [gathered, length] = [null, 0];
    hasRoom = push(whole);
  }

  /** Who reads gets them at once; else they wait for more to come. */
  function flushSoon(): void {
    setImmediate(() => {
      if (gathered === null) return;
      if (request.destroyed) gathered = null;
      else if (request.readableLength === 0) flush();
      else setTimeout(flushSoon, unreadMs);
    });
  }

  request.push = (chunk: unknown, encoding?: BufferEncoding): boolean => {
    if (!(chunk instanceof Uint8Array) || chunk.length >= crumbBytes) {
      flush();
      return push(chunk, encoding);
    }
    readLessOf(request.socket);
    if (length + chunk.length > gatheredBytes) flush();
    if (gathered === null) {
      gathered = Buffer.allocUnsafeSlow(gatheredBytes);
      flushSoon();
    }
    gathered.set(chunk, length);
    length += chunk.length;
    return hasRoom;
  };
}

/** Stands before everything that handles a request: who begins more than so many before an answer is cut off at once. */
export function guardRequests(handle: RequestListener): RequestListener {
  const open = new WeakMap<Socket, number>();
  return (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    // Ended by what came before it in the same read.
    if (socket.destroyed) return;
    readLessOf(socket);
    const count = (open.get(socket) ?? 0) + 1;
    if (count > mostAtOnce) {
      socket.destroy();
      return;
    }
    open.set(socket, count);
    response.once('close', () => open.set(socket, (open.get(socket) ?? 1) - 1));
    if (request.headers['transfer-encoding'] !== undefined) gatherCrumbs(request);
    handle(request, response);
  };
}
