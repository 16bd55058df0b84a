import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Server as TlsServer } from 'node:tls';
import { createTurns, type Turns } from '../fairness/turns.js';

/** A request with a browser's headers. */
const smallest = 2 * 1024;
/** As much as the system hands over at a time. */
const largest = 64 * 1024;
/** A piece that keeps the parser for longer is full of crumbs; one of a file takes a tenth of it. */
const slowMs = 1;

/** How a connection is read. */
interface Reading {
  pieceBytes: number;
  isWhole: boolean;
  /** Nothing more of it is looked at. */
  isOver: boolean;
}

const readings = new WeakMap<object, Reading>();

/** The last piece brought something that began work: the next is a small one. */
export function readLessOf(socket: Socket): void {
  const reading = readings.get(socket);
  if (reading !== undefined) reading.pieceBytes = smallest;
}

/** A connection that is cut stays open for so long: whoever does the same again and again waits for it. */
const cutMs = 1000;

/** Reads nothing more of a connection, and ends it a moment later. */
export function cutOff(socket: Socket): void {
  const reading = readings.get(socket);
  if (reading === undefined) {
    socket.destroy();
    return;
  }
  reading.isOver = true;
  setTimeout(() => socket.destroy(), cutMs).unref();
}

/** Whether what it brings is still looked at. */
export const isRead = (socket: Socket): boolean => !socket.destroyed && readings.get(socket)?.isOver !== true;

/** An upgraded connection's protocol has limits of its own. */
export function readWhole(socket: Duplex): void {
  const reading = readings.get(socket);
  if (reading !== undefined) reading.isWhole = true;
  Reflect.deleteProperty(socket, 'push');
}

/**
 * Node's parser goes through all that one read of the network brought, though its first request ended the connection: five
 * hundred requests, each with its objects, or ten thousand crumbs of a body. So it gets small pieces by turns with all others,
 * and no more of a connection that has ended. Pieces in which nothing begins grow, and a file comes as quickly as ever.
 */
function inPieces(socket: Socket, turns: Turns): void {
  const push = socket.push.bind(socket);
  const read = socket._read.bind(socket);
  const reading: Reading = { pieceBytes: smallest, isWhole: false, isOver: false };
  const key = `address ${socket.remoteAddress ?? ''}`;
  /** Read from the network, and not yet given to the parser. */
  let waiting: unknown[] = [];
  let isWanted = false;
  readings.set(socket, reading);

  /** What is left of it once something began. */
  function feed(chunk: Uint8Array): Uint8Array | null {
    for (let at = 0; at < chunk.length;) {
      const size = reading.isWhole ? chunk.length : reading.pieceBytes;
      reading.pieceBytes = Math.min(largest, size * 2);
      const began = performance.now();
      push(chunk.subarray(at, at + size));
      if (performance.now() - began > slowMs) reading.pieceBytes = smallest;
      at += size;
      if (!isRead(socket)) return null;
      if (reading.pieceBytes === smallest && at < chunk.length && !reading.isWhole) return chunk.subarray(at);
    }
    return null;
  }

  function next(): void {
    const chunk = waiting.shift();
    if (!isRead(socket)) waiting = [];
    else if (chunk instanceof Uint8Array) {
      const rest = feed(chunk);
      if (rest !== null) waiting.unshift(rest);
    } else push(chunk);
    if (waiting.length > 0) turns.take(key, next);
    else if (isWanted) {
      isWanted = false;
      if (isRead(socket)) read(0);
    }
  }

  // Nothing more from the network before the parser had what came.
  socket._read = (size: number): void => {
    if (waiting.length > 0) isWanted = true;
    else if (isRead(socket)) read(size);
  };

  socket.push = (chunk: unknown): boolean => {
    if (!isRead(socket)) return false;
    let rest = chunk;
    if (waiting.length === 0) {
      if (!(chunk instanceof Uint8Array)) return push(chunk);
      // Where the last piece began something, so may this; one short request needs no turn.
      if (chunk.length <= smallest || reading.pieceBytes > smallest) {
        rest = feed(chunk);
        if (rest === null) return isRead(socket) && socket.readableLength < socket.readableHighWaterMark;
      }
      turns.take(key, next);
    }
    waiting.push(rest);
    return false;
  };
  // The server's parser reads from the network itself until somebody else listens.
  const listen = (): void => undefined;
  socket.on('data', listen);
  socket.off('data', listen);
}

/** For every connection of this server from here on. */
export function readInPieces(server: Server): void {
  const turns = createTurns();
  server.on(server instanceof TlsServer ? 'secureConnection' : 'connection', (socket: Socket) =>
    inPieces(socket, turns),
  );
}
