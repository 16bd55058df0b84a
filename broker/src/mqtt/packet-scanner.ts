/** What one connection may send. */
export interface PacketLimits {
  /** Largest packet, header and all. */
  packetBytes: number;
  /** Largest first packet: whoever has not said who he is gets little room. */
  connectBytes: number;
  /** Messages sent exactly once that wait for their release, which the broker keeps until it comes [MQTT-4.3.3]. */
  unreleased: number;
}

/** How far the scanner came, and why the connection has to end where it has. */
export interface Scanned {
  /** Offset behind the last byte that may pass. */
  end: number;
  /** Offset behind the last packet that is whole; where it began where none is. */
  whole: number;
  /** Packets that begin in what may pass. */
  packets: number;
  excess: string | null;
}

export interface PacketScanner {
  /** Looks from `at` on at no more than so many packets and bytes. Call it again from where it stopped. */
  scan(chunk: Buffer, at: number, most: { packets: number; bytes: number }): Scanned;
}

/** A PUBLISH at QoS 2, by its first byte [MQTT-3.3.1]. */
const isExactlyOnce = (byte: number) => byte >> 4 === 3 && ((byte >> 1) & 3) === 2;
/** First byte of a PUBREL [MQTT-3.6.1]. */
const release = 0x62;

/**
 * Follows the packets of one connection by their headers alone [MQTT-3.1.1 §2.2], wherever the network cut them: the
 * broker's own parser would first gather a packet of up to 256 MB.
 */
export function createPacketScanner(limits: PacketLimits): PacketScanner {
  /** Bytes of the present packet that are still to come; null within a header. */
  let left: number | null = null;
  let lengthBytes = -1;
  let length = 0;
  let isFirst = true;
  let unreleased = 0;

  /** One byte of a header; a reason where it is one too many. */
  function header(byte: number): string | null {
    if (lengthBytes < 0) {
      if (isExactlyOnce(byte)) unreleased += 1;
      else if (byte === release) unreleased = Math.max(0, unreleased - 1);
      lengthBytes = 0;
      length = 0;
      return unreleased > limits.unreleased ? 'too many messages without their release' : null;
    }
    length += (byte & 0x7f) * 128 ** lengthBytes;
    lengthBytes += 1;
    if ((byte & 0x80) !== 0) return lengthBytes < 4 ? null : 'malformed length';
    if (length + 1 + lengthBytes > (isFirst ? limits.connectBytes : limits.packetBytes)) {
      return 'packet too large';
    }
    isFirst = false;
    lengthBytes = -1;
    left = length === 0 ? null : length;
    return null;
  }

  return {
    scan(chunk, from, most) {
      const last = Math.min(chunk.length, from + most.bytes);
      let at = from;
      let whole = from;
      let packets = 0;
      while (at < last) {
        if (left !== null) {
          const skipped = Math.min(left, last - at);
          at += skipped;
          left = left === skipped ? null : left - skipped;
          if (left === null) whole = at;
          continue;
        }
        if (lengthBytes < 0) {
          if (packets === most.packets) break;
          packets += 1;
        }
        const excess = header(chunk[at] ?? 0);
        if (excess !== null) return { end: at, whole, packets, excess };
        at += 1;
        if (lengthBytes < 0 && left === null) whole = at;
      }
      return { end: at, whole, packets, excess: null };
    },
  };
}
