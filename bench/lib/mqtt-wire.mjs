// The few MQTT 3.1.1 packets the ingest benchmark needs, written by hand so that the client costs next to nothing.

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

/** @param {string} text */
function field(text) {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
}

/** @param {number} type @param {Buffer[]} parts */
function packet(type, ...parts) {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([type]), remainingLength(body.length), body]);
}

/** @param {{ clientId: string, username?: string, password?: string }} who */
export function connectPacket({ clientId, username, password }) {
  const flags = 0x02 | (username === undefined ? 0 : 0x80) | (password === undefined ? 0 : 0x40);
  const keepAliveSeconds = 120;
  return packet(
    0x10,
    field('MQTT'),
    Buffer.from([4, flags, keepAliveSeconds >> 8, keepAliveSeconds & 0xff]),
    field(clientId),
    ...(username === undefined ? [] : [field(username)]),
    ...(password === undefined ? [] : [field(password)]),
  );
}

/** @param {string} filter */
export const subscribePacket = (filter) => packet(0x82, Buffer.from([0, 1]), field(filter), Buffer.from([0]));

/** At most once. @param {string} topic @param {string} payload */
export const publishPacket = (topic, payload) => packet(0x30, field(topic), Buffer.from(payload));

/**
 * Calls back with every packet's type (its first byte) in a stream of chunks.
 *
 * @param {(type: number) => void} onPacket
 * @returns {(chunk: Buffer) => void}
 */
export function packetReader(onPacket) {
  let pending = Buffer.alloc(0);
  return (chunk) => {
    let data = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    for (;;) {
      let length = 0;
      let at = 1;
      let complete = false;
      for (; at < data.length && at <= 4; at += 1) {
        const byte = data[at] ?? 0;
        length += (byte & 0x7f) * 128 ** (at - 1);
        if ((byte & 0x80) === 0) {
          complete = true;
          break;
        }
      }
      if (!complete || data.length < at + 1 + length) break;
      onPacket(data[0] ?? 0);
      data = data.subarray(at + 1 + length);
    }
    pending = Buffer.from(data);
  };
}
