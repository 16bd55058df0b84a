import { Buffer } from 'node:buffer';

/** Remaining length [MQTT-3.1.1 §2.2.3]. @param {number} length */
function lengthBytes(length) {
  /** @type {number[]} */
  const bytes = [];
  do {
    const rest = Math.floor(length / 128);
    bytes.push((length % 128) | (rest > 0 ? 0x80 : 0));
    length = rest;
  } while (length > 0);
  return bytes;
}
const word = (/** @type {number} */ value) => Buffer.from([(value >> 8) & 0xff, value & 0xff]);
const field = (/** @type {string} */ text) =>
  Buffer.concat([word(Buffer.byteLength(text)), Buffer.from(text)]);

/** @param {number} head @param {...Buffer} parts */
export function packet(head, ...parts) {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([head, ...lengthBytes(body.length)]), body]);
}

/** @param {readonly string[]} filters @param {number} [id] */
export const subscribe = (filters, id = 1) =>
  packet(0x82, word(id), ...filters.flatMap((filter) => [field(filter), Buffer.from([0])]));

/** @param {string} topic @param {string | Buffer} payload @param {{ qos?: number, retain?: boolean, id?: number }} [how] */
export const publish = (topic, payload, { qos = 0, retain = false, id = 1 } = {}) =>
  packet(
    0x30 | (qos << 1) | (retain ? 1 : 0),
    field(topic),
    ...(qos === 0 ? [] : [word(id)]),
    Buffer.from(payload),
  );

export const puback = (/** @type {number} */ id) => packet(0x40, word(id));
