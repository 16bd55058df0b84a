/** What the broker hands to a listener: a packet, and a callback for when it has gone out. */
type Listener = (packet: { topic: string }, done: () => void) => void;
type Done = (error?: Error | null) => void;

const nothing = (): void => undefined;

/** Whether a name fits a filter [MQTT-4.7.1]; both cut at their slashes. */
function fits(filter: readonly string[], name: readonly string[]): boolean {
  for (let level = 0; level < filter.length; level += 1) {
    const wanted = filter[level];
    if (wanted === '#') return true;
    if (level >= name.length || (wanted !== '+' && wanted !== name[level])) return false;
  }
  return filter.length === name.length;
}

const hasWildcard = (topic: string) => topic.includes('+') || topic.includes('#');

/**
 * Brings packets to those who subscribed: in place of the broker's own emitter, which waits for the slowest listener with
 * a hundred packets at once and then for everybody, and which works the rest off by calling itself once a packet until
 * the stack is full. This one waits for nobody: a connection that does not keep up is the business of whoever
 * forwards to it. Filters with a wildcard are few (`mqtt/policies.ts` names them), so each is tried.
 */
export class TopicEmitter {
  readonly concurrency = 0;
  readonly current = 0;
  readonly #named = new Map<string, Set<Listener>>();
  readonly #patterns = new Map<string, { levels: string[]; listeners: Set<Listener> }>();
  #isClosed = false;

  on(topic: string, listener: Listener, done?: Done): this {
    this.#listeners(topic).add(listener);
    if (done !== undefined) setImmediate(done);
    return this;
  }

  removeListener(topic: string, listener: Listener, done?: Done): this {
    const listeners = this.#named.get(topic) ?? this.#patterns.get(topic)?.listeners;
    if (listeners?.delete(listener) === true && listeners.size === 0) {
      this.#named.delete(topic);
      this.#patterns.delete(topic);
    }
    if (done !== undefined) setImmediate(done);
    return this;
  }

  emit(packet: { topic: string }, done: Done = nothing): this {
    if (this.#isClosed) {
      done(new Error('the broker is closed'));
      return this;
    }
    for (const listener of this.#named.get(packet.topic) ?? []) listener(packet, nothing);
    if (this.#patterns.size > 0) {
      const name = packet.topic.split('/');
      for (const { levels, listeners } of this.#patterns.values()) {
        if (fits(levels, name)) for (const listener of listeners) listener(packet, nothing);
      }
    }
    done();
    return this;
  }

  close(done: Done = nothing): this {
    this.#isClosed = true;
    setImmediate(done);
    return this;
  }

  #listeners(topic: string): Set<Listener> {
    if (!hasWildcard(topic)) {
      const listeners = this.#named.get(topic) ?? new Set();
      this.#named.set(topic, listeners);
      return listeners;
    }
    const pattern = this.#patterns.get(topic) ?? { levels: topic.split('/'), listeners: new Set() };
    this.#patterns.set(topic, pattern);
    return pattern.listeners;
  }
}
