/** What is asked here of a client's consumer, which subscribes again by itself. */
export interface AmqpConsumer {
  on(name: 'ready', listener: () => void): unknown;
  on(name: 'error', listener: (error: unknown) => void): unknown;
  close(): Promise<void>;
}

/** A subscription that is not left waiting for an answer that never comes. */
export interface ReconnectingConsumer {
  /** Whether messages are being delivered. */
  ready(): boolean;
  /** What the newest try met; null while it works or has had no answer. */
  problem(): unknown;
  /** The connection has ended: nothing is delivered until the client has subscribed on the next. */
  dropped(): void;
  /** Subscribes anew at once. */
  again(): void;
  /** To be called now and then: subscribes anew where the link is open and nothing was heard for `silenceMs`. */
  tend(): void;
  close(): Promise<void>;
}

/**
 * A queue without a leader answers a subscription neither way, and the client waits for the answer
 * [https://github.com/rabbitmq/rabbitmq-server/issues/15725].
 */
export function createReconnectingConsumer(options: {
  make: () => AmqpConsumer;
  /** Since when the connection is open (ms); null while it is not. */
  openSince: () => number | null;
  changed: () => void;
  silenceMs: number;
  now: () => number;
}): ReconnectingConsumer {
  const { now, silenceMs } = options;
  let ready = false;
  let problem: unknown = null;
  let heardAt = now();
  let closed = false;
  let consumer: AmqpConsumer = subscribe();

  function subscribe(): AmqpConsumer {
    const made = options.make();
    heardAt = now();
    const heard = (isReady: boolean, error: unknown) => {
      if (made !== consumer || closed) return;
      heardAt = now();
      ready = isReady;
      problem = error;
      options.changed();
    };
    made.on('ready', () => heard(true, null));
    made.on('error', (error) => heard(false, error));
    return made;
  }

  function again(): void {
    if (closed) return;
    const last = consumer;
    ready = false;
    problem = null;
    consumer = subscribe();
    last.close().catch(() => undefined);
  }

  return {
    ready: () => ready,
    problem: () => problem,
    dropped() {
      ready = false;
      problem = null;
      heardAt = now();
    },
    again,
    tend() {
      const openSince = options.openSince();
      if (ready || openSince === null) return;
      if (now() - Math.max(heardAt, openSince) >= silenceMs) again();
    },
    async close() {
      closed = true;
      await consumer.close();
    },
  };
}
