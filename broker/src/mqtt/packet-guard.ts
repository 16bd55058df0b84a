import type { Duplex } from 'node:stream';

/** What one connection may send. */
export interface PacketLimits {
  /** Largest packet, header and all. */
  packetBytes: number;
  /** Largest first packet: whoever has not said who he is gets little room. */
  connectBytes: number;
  /** Packets a second over time, and how many at once after a quiet while. */
  perSecond: number;
  burst: number;
  /** Messages sent exactly once that wait for their release, which the broker keeps until it comes [MQTT-4.3.3]. */
  unreleased: number;
}

/** A PUBLISH at QoS 2, by its first byte [MQTT-3.3.1]. */
const isExactlyOnce = (byte: number) => byte >> 4 === 3 && ((byte >> 1) & 3) === 2;
/** First byte of a PUBREL [MQTT-3.6.1]. */
const release = 0x62;

/**
 * Watches the packets that a connection sends, by their headers alone [MQTT-3.1.1 §2.2], and calls back once when
 * one is larger or they are more than allowed. It looks at bytes as they are read, before they are kept anywhere:
 * the broker's own parser would first gather a packet of up to 256 MB. Attach it after the broker, whose listener
 * decides the flow.
 */
export function guardPackets(options: {
  stream: Duplex;
  limits: PacketLimits;
  now: () => number;
  onExcess: (reason: string) => void;
}): void {
  const { stream, limits, now } = options;
  /** Bytes of the present packet that are still to come; null within a header. */
  let left: number | null = null;
  let lengthBytes = -1;
  let length = 0;
  let isFirst = true;
  let unreleased = 0;
  let tokens = limits.burst;
  let filledAt = now();

  function excess(reason: string): void {
    stream.removeListener('data', look);
    options.onExcess(reason);
  }

  /** False where there are too many. */
  function take(): boolean {
    tokens -= 1;
    if (tokens >= 0) return true;
    const at = now();
    tokens = Math.min(limits.burst, tokens + ((at - filledAt) / 1000) * limits.perSecond);
    filledAt = at;
    return tokens >= 0;
  }

  function look(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (left !== null) {
        const skipped = Math.min(left, chunk.length - at);
        at += skipped;
        left = left === skipped ? null : left - skipped;
        continue;
      }
      const byte = chunk[at] ?? 0;
      at += 1;
      if (lengthBytes < 0) {
        if (!take()) return excess('too many packets');
        if (isExactlyOnce(byte)) unreleased += 1;
        else if (byte === release) unreleased = Math.max(0, unreleased - 1);
        if (unreleased > limits.unreleased) return excess('too many messages without their release');
        lengthBytes = 0;
        length = 0;
        continue;
      }
      length += (byte & 0x7f) * 128 ** lengthBytes;
      lengthBytes += 1;
      if ((byte & 0x80) !== 0 && lengthBytes < 4) continue;
      if ((byte & 0x80) !== 0) return excess('malformed length');
      if (length + 1 + lengthBytes > (isFirst ? limits.connectBytes : limits.packetBytes)) {
        return excess('packet too large');
      }
      isFirst = false;
      lengthBytes = -1;
      left = length === 0 ? null : length;
    }
  }

  stream.on('data', look);
}
