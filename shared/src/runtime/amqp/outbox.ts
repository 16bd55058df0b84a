/** Messages on their way, in order, each kept until RabbitMQ has confirmed it. */
export interface AmqpOutbox<M> {
  /** Takes the place of an unconfirmed message with the same key; the newest word is the last. */
  put(key: string, message: M): void;
  drop(key: string): void;
  /** A connection is there: all that is unconfirmed goes out, in order. */
  open(): void;
  /** It has ended: what is unconfirmed goes out again on the next. */
  close(): void;
  size(): number;
  /** Resolves once everything is confirmed, or after `limitMs`. */
  drained(limitMs: number): Promise<void>;
}

interface Entry<M> {
  message: M;
  /** The connection it was sent on and not refused by. */
  sentOn: number;
  /** Runs while its confirmation is awaited. */
  limit?: ReturnType<typeof setTimeout>;
}

/**
 * What is not confirmed within `confirmLimitMs` is taken for lost and goes out again: a queue without a leader answers
 * nothing at all. After a refusal nothing is sent for `retryMs`, so that the order stays. A message may arrive twice, never not at
 * all: takers know what they have had.
 */
export function createAmqpOutbox<M>(options: {
  /** Resolves once confirmed; rejects where it was not taken. */
  publish: (message: M, key: string) => Promise<void>;
  onRefused: (error: unknown) => void;
  retryMs: number;
  confirmLimitMs: number;
  /** False while RabbitMQ takes nothing from anybody: then no confirmation is late. */
  mayRepeat: () => boolean;
}): AmqpOutbox<M> {
  const entries = new Map<string, Entry<M>>();
  const waiting = new Set<() => void>();
  let connection = 0;
  let isOpen = false;
  let pause: ReturnType<typeof setTimeout> | undefined;

  function remove(key: string, entry: Entry<M>): void {
    clearTimeout(entry.limit);
    // A newer message of the same key is another entry.
    if (entries.get(key) === entry) entries.delete(key);
    if (entries.size === 0) for (const done of [...waiting]) done();
  }

  function send(key: string, entry: Entry<M>): void {
    const sentOn = connection;
    entry.sentOn = sentOn;
    let isOver = false;
    const refused = (error: unknown) => {
      clearTimeout(entry.limit);
      if (isOver || sentOn !== connection || !isOpen) return;
      isOver = true;
      entry.sentOn = -1;
      pause ??= setTimeout(() => {
        pause = undefined;
        flush();
      }, options.retryMs);
      options.onRefused(error);
    };
    const late = () => {
      if (options.mayRepeat()) refused(new Error(`not confirmed within ${options.confirmLimitMs} ms`));
      else entry.limit = setTimeout(late, options.confirmLimitMs);
    };
    clearTimeout(entry.limit);
    entry.limit = setTimeout(late, options.confirmLimitMs);
    options.publish(entry.message, key).then(() => remove(key, entry), refused);
  }

  function flush(): void {
    if (!isOpen || pause !== undefined) return;
    for (const [key, entry] of entries) if (entry.sentOn !== connection) send(key, entry);
  }

  return {
    put(key, message) {
      const entry: Entry<M> = { message, sentOn: -1 };
      clearTimeout(entries.get(key)?.limit);
      entries.delete(key);
      entries.set(key, entry);
      // All before it are on their way, unless there is a pause.
      if (isOpen && pause === undefined) send(key, entry);
    },
    drop(key) {
      const entry = entries.get(key);
      if (entry !== undefined) remove(key, entry);
    },
    open() {
      connection += 1;
      isOpen = true;
      clearTimeout(pause);
      pause = undefined;
      flush();
    },
    close() {
      isOpen = false;
      for (const { limit } of entries.values()) clearTimeout(limit);
      clearTimeout(pause);
      pause = undefined;
    },
    size: () => entries.size,
    drained(limitMs) {
      if (entries.size === 0) return Promise.resolve();
      return new Promise((resolve) => {
        const done = () => {
          clearTimeout(timer);
          waiting.delete(done);
          resolve();
        };
        const timer = setTimeout(done, limitMs);
        waiting.add(done);
      });
    },
  };
}
