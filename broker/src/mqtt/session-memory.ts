import { Readable } from 'node:stream';

interface Session {
  id: string;
  closed?: boolean;
}
interface Numbered {
  messageId?: number;
}
interface Packet {
  topic: string;
  payload: string | Buffer;
}

/**
 * What the broker keeps, in place of its own store: the retained messages, and of messages sent exactly once which were
 * taken already [MQTT-4.3.3]. No session outlasts its connection here, so there is nothing else. The broker's own
 * store keeps a list for every client id that ever acknowledged a message, for good.
 */
export class SessionMemory {
  readonly #retained = new Map<string, Packet>();
  readonly #incoming = new Map<string, Set<number>>();

  async setup(): Promise<void> {
    // The broker waits for its store to open; there is nothing to open.
  }

  async storeRetained(packet: Packet): Promise<void> {
    if (packet.payload.length === 0) this.#retained.delete(packet.topic);
    else this.#retained.set(packet.topic, { ...packet });
  }

  /** Nothing is kept any more below topics that begin so. */
  forgetRetained(prefix: string): void {
    for (const topic of this.#retained.keys()) if (topic.startsWith(prefix)) this.#retained.delete(topic);
  }

  createRetainedStreamCombi(filters: readonly string[]): Readable {
    return Readable.from(this.#retainedFor(filters));
  }

  createRetainedStream(filter: string): Readable {
    return this.createRetainedStreamCombi([filter]);
  }

  *#retainedFor(filters: readonly string[]): Generator<Packet> {
    for (const filter of filters) {
      if (!filter.includes('+')) {
        const packet = this.#retained.get(filter);
        if (packet !== undefined) yield packet;
        continue;
      }
      // The policies allow `+` as a whole level and no `#`.
      const [before = '', after = ''] = filter.split('+');
      for (const [topic, packet] of this.#retained) {
        const middle = topic.length - before.length - after.length;
        if (middle <= 0 || !topic.startsWith(before) || !topic.endsWith(after)) continue;
        if (!topic.slice(before.length, before.length + middle).includes('/')) yield packet;
      }
    }
  }

  /** Its number alone: that is all the broker asks for. */
  async incomingStorePacket(session: Session, { messageId = 0 }: Numbered): Promise<void> {
    // It may have left while the broker looked whether it said this before; nobody would come to clean up.
    if (session.closed === true) return;
    const numbers = this.#incoming.get(session.id) ?? new Set<number>();
    this.#incoming.set(session.id, numbers.add(messageId));
  }

  /** Rejects where it has not been taken, as the broker expects. */
  async incomingGetPacket({ id }: Session, { messageId = 0 }: Numbered): Promise<Numbered> {
    if (this.#incoming.get(id)?.has(messageId) === true) return { messageId };
    throw new Error('no such packet');
  }

  async incomingDelPacket({ id }: Session, { messageId = 0 }: Numbered): Promise<void> {
    if (this.#incoming.get(id)?.delete(messageId) !== true) throw new Error('no such packet');
  }

  async cleanIncoming({ id }: Session): Promise<void> {
    this.#incoming.delete(id);
  }

  /** Messages of QoS 1 go out once and are not kept: whoever is gone has no session to come back to. */
  async outgoingEnqueue(): Promise<void> {
    // Nobody is offline here.
  }
  async outgoingEnqueueCombi(): Promise<void> {
    // Nobody is offline here.
  }
  async outgoingUpdate(): Promise<void> {
    // Nothing is kept that could change.
  }
  async outgoingClearMessageId(): Promise<undefined> {
    return undefined;
  }
  outgoingStream(): Readable {
    return Readable.from([]);
  }

  async subscriptionsByTopic(): Promise<[]> {
    return [];
  }
  async subscriptionsByClient(): Promise<[]> {
    return [];
  }
  async addSubscriptions(): Promise<void> {
    // A connection's own subscriptions are the broker's.
  }
  async removeSubscriptions(): Promise<void> {
    // As above.
  }
  async cleanSubscriptions(): Promise<void> {
    // As above.
  }

  /** A last will lives with its connection; the broker asks the store only for those of other brokers. */
  async putWill(): Promise<void> {
    // Kept by the connection.
  }
  async delWill(): Promise<void> {
    // Kept by the connection.
  }
  streamWill(): Readable {
    return Readable.from([]);
  }

  async destroy(): Promise<void> {
    this.#retained.clear();
    this.#incoming.clear();
  }
}
