import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { cutOff, isRead, readLessOf } from './read-in-pieces.js';

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

/**
 * Node.js tells of the end of a connection only the answer that is on its way; those in line behind it, to calls that came
 * together, would never hear of it, and what is given back then would be kept.
 */
function tellOfEnd(socket: Socket, answers: ReadonlySet<ServerResponse>): void {
  socket.once('close', () =>
    setImmediate(() => {
      for (const answer of answers) answer.emit('close');
    }),
  );
}

/** Stands before everything that handles a request: who begins more than so many before an answer is cut off. */
export function guardRequests(handle: RequestListener): RequestListener {
  const open = new WeakMap<Socket, Set<ServerResponse>>();

  function answersOf(socket: Socket): Set<ServerResponse> {
    const known = open.get(socket);
    if (known !== undefined) return known;
    const answers = new Set<ServerResponse>();
    open.set(socket, answers);
    tellOfEnd(socket, answers);
    return answers;
  }

  return (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    // Ended by what came before it in the same read.
    if (!isRead(socket)) return;
    readLessOf(socket);
    const answers = answersOf(socket);
    if (answers.size === mostAtOnce) {
      cutOff(socket);
      return;
    }
    answers.add(response);
    response.once('close', () => answers.delete(response));
    if (request.headers['transfer-encoding'] !== undefined) gatherCrumbs(request);
    handle(request, response);
  };
}
