import { Buffer } from 'node:buffer';
import { mutateBytes, mutateValue, randomBytes, randomText, randomValue } from './values.mjs';

/** @typedef {import('../soak/random.mjs').Random} Random */
/** @typedef {{ clientId: string, username?: string, password?: string }} Credentials */
/** What a client may say, so that a good part of what is sent comes as far as it can. */
/** @typedef {{ topics: string[], payloads: unknown[] }} Vocabulary */

/** Remaining length [MQTT-3.1.1 §2.2.3]. @param {number} length */
function remainingLength(length) {
  /** @type {number[]} */
  const bytes = [];
  do {
    const rest = Math.floor(length / 128);
    bytes.push((length % 128) | (rest > 0 ? 0x80 : 0));
    length = rest;
  } while (length > 0);
  return Buffer.from(bytes);
}

/** @param {string | Buffer} content */
function field(content) {
  const bytes = Buffer.from(content).subarray(0, 65_535);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
}

/** @param {number} head @param {Buffer[]} parts */
function packet(head, ...parts) {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([head]), remainingLength(body.length), body]);
}

/** @param {Credentials} who @param {{ clean?: boolean }} [how] */
export function connect({ clientId, username, password }, { clean = true } = {}) {
  const flags =
    (clean ? 0x02 : 0) | (username === undefined ? 0 : 0x80) | (password === undefined ? 0 : 0x40);
  return packet(
    0x10,
    field('MQTT'),
    Buffer.from([4, flags, 0, 60]),
    field(clientId),
    ...(username === undefined ? [] : [field(username)]),
    ...(password === undefined ? [] : [field(password)]),
  );
}

export const ping = Buffer.from([0xc0, 0x00]);
const id = (/** @type {Random} */ random) => {
  const number = random.between(0, 65_535);
  return Buffer.from([number >> 8, number & 0xff]);
};

/** @param {Random} random @param {Vocabulary} words */
function topicOf(random, words) {
  const topic = random.pick(words.topics);
  const draw = random.next();
  if (draw < 0.5) return topic;
  if (draw < 0.8) {
    const levels = topic.split('/');
    levels[random.between(0, levels.length - 1)] = randomText(random);
    return levels.join('/');
  }
  return randomText(random);
}

/** @param {Random} random @param {Vocabulary} words */
function payloadOf(random, words) {
  const draw = random.next();
  if (draw < 0.15) return randomBytes(random, 400);
  if (draw < 0.3) return Buffer.from(JSON.stringify(randomValue(random)));
  const text = Buffer.from(JSON.stringify(mutateValue(random, random.pick(words.payloads))));
  return draw < 0.45 ? mutateBytes(random, text) : text;
}

/** A PUBLISH that is well formed, of whatever content and quality of service. @param {Random} random @param {Vocabulary} words */
export function hostilePublish(random, words) {
  const qos = random.pick([0, 0, 0, 1, 2]);
  const retain = random.between(0, 1);
  return packet(
    0x30 | (qos << 1) | retain,
    field(topicOf(random, words)),
    ...(qos === 0 ? [] : [id(random)]),
    payloadOf(random, words),
  );
}

/** A packet of a client that is in. @param {Random} random @param {Vocabulary} words */
export function hostilePacket(random, words) {
  const draw = random.next();
  if (draw < 0.45) return hostilePublish(random, words);
  if (draw < 0.55)
    return packet(0x82, id(random), field(topicOf(random, words)), Buffer.from([random.between(0, 3)]));
  if (draw < 0.6) return packet(0xa2, id(random), field(topicOf(random, words)));
  if (draw < 0.65) return packet(random.pick([0x40, 0x50, 0x62, 0x70]), id(random));
  if (draw < 0.7) return packet(random.between(0, 255), randomBytes(random, 60));
  if (draw < 0.75)
    return Buffer.concat([
      Buffer.from([random.between(0, 255), 0xff, 0xff, 0xff, 0x7f]),
      randomBytes(random, 99),
    ]);
  return mutateBytes(random, hostilePublish(random, words));
}

/** A first packet that lets nobody in. @param {Random} random @param {Credentials} like @param {Vocabulary} words */
export function hostileConnect(random, like, words) {
  const draw = random.next();
  if (draw < 0.3) {
    return connect(
      { clientId: randomText(random), username: randomText(random), password: randomText(random) },
      { clean: random.next() < 0.5 },
    );
  }
  // Somebody else's name with a password that is not theirs.
  if (draw < 0.45) return connect({ ...like, password: `${randomBytes(random, 16).toString('hex')}-no` });
  if (draw < 0.55) return hostilePublish(random, words);
  if (draw < 0.65) return randomBytes(random, 300);
  const forged = connect({ ...like, password: 'forged' });
  return mutateBytes(random, forged);
}
