import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import WebSocket, { createWebSocketStream } from 'ws';
import { connect as connectPacket } from '../fuzz/mqtt-packets.mjs';

/** @typedef {import('./room.mjs').Facts} Facts */
/** @typedef {import('node:stream').Duplex} Duplex */

const port = (/** @type {string} */ url) => Number(new URL(url).port);
const patienceMs = 3_000;

/** @param {Duplex} stream @param {string} event */
function opened(stream, event) {
  return new Promise((resolve) => {
    const timer = setTimeout(() => stream.destroy(), patienceMs);
    const done = (/** @type {boolean} */ isOpen) => {
      clearTimeout(timer);
      resolve(isOpen);
    };
    stream.once(event, () => done(true));
    stream.once('close', () => done(false));
  });
}

/** A connection to people's door that says nothing yet; null where it is refused. @param {Facts} facts */
export async function openHttp(facts) {
  const socket = connectTcp(port(facts.url), '127.0.0.1');
  socket.on('error', () => undefined);
  return (await opened(socket, 'connect')) ? socket : null;
}

/** Whether the broker let it in. @param {Duplex} stream @param {Buffer} hello @returns {Promise<boolean>} */
function enter(stream, hello) {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), patienceMs);
    const done = (/** @type {boolean} */ isIn) => {
      clearTimeout(timer);
      resolve(isIn);
    };
    let answer = Buffer.alloc(0);
    stream.on('data', function hear(part) {
      answer = Buffer.concat([answer, part]);
      if (answer.length < 4) return;
      stream.off('data', hear);
      done(answer[3] === 0);
    });
    stream.once('close', () => done(false));
    stream.write(hello);
  });
}

let number = 0;
const fresh = () => `insider-${process.pid}-${(number += 1)}`;

/** A page's live connection, by MQTT over WebSocket. @param {Facts} facts @param {string} key @returns {Promise<{ stream: Duplex, socket: WebSocket } | null>} */
export async function openPage(facts, key) {
  const socket = new WebSocket(`${facts.url.replace('http', 'ws')}/mqtt`, 'mqtt', {
    headers: { authorization: `Bearer ${key}` },
    perMessageDeflate: false,
  });
  const stream = createWebSocketStream(socket);
  stream.on('error', () => undefined);
  const isOpen = await new Promise((resolve) => {
    socket.once('open', () => resolve(true));
    socket.once('close', () => resolve(false));
    socket.once('error', () => resolve(false));
  });
  if (!isOpen || !(await enter(stream, connectPacket({ clientId: fresh() })))) return null;
  return { stream, socket };
}

/** @param {Facts} facts @returns {Promise<Duplex | null>} */
export async function openSensor({ sensors, sensor }) {
  const socket = connectTcp(port(sensors), '127.0.0.1');
  socket.on('error', () => undefined);
  if (!(await opened(socket, 'connect'))) return null;
  return (await enter(socket, connectPacket({ clientId: fresh(), ...sensor }))) ? socket : null;
}

/** @param {Facts} facts @returns {Promise<Duplex | null>} */
export async function openMachine({ mqtt, stolen }) {
  const socket = connectTls({
    port: port(mqtt),
    host: '127.0.0.1',
    rejectUnauthorized: false,
    ...stolen.identity,
  });
  socket.on('error', () => undefined);
  if (!(await opened(socket, 'secureConnect'))) return null;
  const hello = connectPacket({ clientId: stolen.clientId, username: stolen.nodeId });
  return (await enter(socket, hello)) ? socket : null;
}

/**
 * Writes as fast as the other end takes it, until the time is over or it is cut off; how many were written.
 *
 * @param {Duplex} stream @param {number} ms @param {(index: number) => Buffer} next
 */
export async function pour(stream, ms, next) {
  const end = performance.now() + ms;
  let sent = 0;
  while (performance.now() < end && !stream.destroyed) {
    if (stream.write(next(sent++))) {
      if (sent % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
      continue;
    }
    await new Promise((resolve) => {
      const go = () => {
        clearTimeout(timer);
        stream.off('drain', go);
        stream.off('close', go);
        resolve(undefined);
      };
      const timer = setTimeout(go, Math.max(0, end - performance.now()));
      stream.once('drain', go);
      stream.once('close', go);
    });
  }
  return sent;
}
