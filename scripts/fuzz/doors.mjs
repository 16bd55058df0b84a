import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { connect, hostileConnect, hostilePacket, ping } from './mqtt-packets.mjs';
import { hostileRequest } from './http-requests.mjs';
import { mutateBytes, randomBytes } from './values.mjs';

/** @typedef {import('node:net').Socket} Socket */
/** @typedef {import('../soak/random.mjs').Random} Random */
/** @typedef {import('./mqtt-packets.mjs').Credentials} Credentials */
/** @typedef {import('./mqtt-packets.mjs').Vocabulary} Vocabulary */
/** @typedef {{ port: number, tls?: { key: string, cert: string } | 'nobody' }} Place */

/** What half a packet leads to is silence: nobody waits for more than this. */
const silenceMs = 60;
const openMs = 20_000;

/** @param {Place} place @returns {Socket} */
function open({ port, tls }) {
  const host = '127.0.0.1';
  const socket =
    tls === undefined
      ? connectTcp({ port, host })
      : // Whose hub it is does not matter to whoever attacks it.
        connectTls({ port, host, rejectUnauthorized: false, ...(tls === 'nobody' ? {} : tls) });
  socket.setNoDelay(true);
  // Being cut off is what most of this leads to.
  socket.on('error', () => undefined);
  return socket;
}

/**
 * Until the hub says something, ends the connection, or is silent for a while.
 *
 * @param {Socket} socket
 * @param {number} limitMs
 * @returns {Promise<Buffer | 'closed' | 'silent'>}
 */
function answer(socket, limitMs) {
  return new Promise((resolve) => {
    if (socket.destroyed) return resolve('closed');
    /** @param {Buffer | 'closed' | 'silent'} how */
    const done = (how) => {
      clearTimeout(timer);
      socket.off('data', done);
      socket.off('close', closed);
      resolve(how);
    };
    const closed = () => done('closed');
    const timer = setTimeout(() => done('silent'), limitMs);
    socket.on('data', done);
    socket.on('close', closed);
  });
}

/** @param {Socket} socket @param {'connect' | 'secureConnect'} event @returns {Promise<boolean>} */
function opened(socket, event) {
  return new Promise((resolve) => {
    const timer = setTimeout(() => socket.destroy(), openMs);
    socket.once(event, () => {
      clearTimeout(timer);
      resolve(true);
    });
    socket.once('close', () => {
      clearTimeout(timer);
      resolve(false);
    });
  });
}

/** @param {Place} place */
const openedEvent = (place) => (place.tls === undefined ? 'connect' : 'secureConnect');

/**
 * One conversation over MQTT; how many malformed packets it sent. With credentials the client gets in first and says what
 * it may and may not, until it is cut off; without, its first packet is the wrong one.
 *
 * @param {Random} random
 * @param {{ place: Place, who: Credentials, isIn: boolean, words: Vocabulary, most: number }} options
 */
export async function talkMqtt(random, { place, who, isIn, words, most }) {
  const socket = open(place);
  try {
    if (!(await opened(socket, openedEvent(place)))) return 0;
    if (!isIn) {
      socket.write(hostileConnect(random, who, words));
      await answer(socket, silenceMs);
      return 1;
    }
    socket.write(connect(who));
    const greeting = await answer(socket, 5_000);
    if (typeof greeting === 'string' || greeting[3] !== 0) return 0;
    let sent = 0;
    while (sent < most && !socket.destroyed) {
      // Half a packet swallows the ping behind it, and the hub waits for the rest, as it should.
      const burst = Array.from({ length: Math.min(most - sent, random.between(1, 8)) }, () =>
        hostilePacket(random, words),
      );
      for (const one of burst) {
        if (socket.destroyed) break;
        socket.write(one);
        sent += 1;
      }
      socket.write(ping);
      if (typeof (await answer(socket, silenceMs)) === 'string') break;
    }
    return sent;
  } finally {
    socket.destroy();
  }
}

/**
 * One connection with HTTP requests, each waited for; how many it sent.
 *
 * @param {Random} random
 * @param {{ place: Place, target: import('./http-requests.mjs').Target, most: number }} options
 */
export async function talkHttp(random, { place, target, most }) {
  const socket = open(place);
  try {
    if (!(await opened(socket, openedEvent(place)))) return 0;
    for (let sent = 0; sent < most; sent += 1) {
      if (socket.destroyed) return sent;
      socket.write(hostileRequest(random, target));
      if (typeof (await answer(socket, silenceMs)) === 'string') return sent + 1;
    }
    return most;
  } finally {
    socket.destroy();
  }
}

/** No TLS at all, or half of it, where TLS is spoken. @param {Random} random @param {number} port */
export async function talkNoTls(random, port) {
  const socket = open({ port });
  try {
    if (!(await opened(socket, 'connect'))) return 0;
    const hello = Buffer.from('16030100c8010000c40303', 'hex');
    socket.write(
      random.next() < 0.5
        ? randomBytes(random, 300)
        : mutateBytes(random, Buffer.concat([hello, randomBytes(random, 200)])),
    );
    await answer(socket, silenceMs);
    return 1;
  } finally {
    socket.destroy();
  }
}
