import type { Logger } from 'pino';

/** What may be announced: a name and what a listener is told. */
export type EventMap = Record<string, readonly unknown[]>;

export interface EventSource<M extends EventMap> {
  /** Returns the disposer. */
  on<K extends keyof M & string>(name: K, listener: (...told: M[K]) => Promise<void> | void): () => void;
}

/** The announcing end; whoever holds it hands out no more than an `EventSource`. */
export interface Events<M extends EventMap> extends EventSource<M> {
  emit<K extends keyof M & string>(name: K, ...told: M[K]): void;
}

type Listener = (...told: readonly never[]) => Promise<void> | void;

/**
 * Typed events: announced at once and in the order of subscription. A listener that fails is logged and keeps nothing
 * from its neighbours, nor from whoever announced.
 */
export function createEvents<M extends EventMap>({ logger }: { logger: Logger }): Events<M> {
  const listeners = new Map<string, Set<Listener>>();

  function failed(event: string, error: unknown): void {
    const stack = error instanceof Error ? error.stack : undefined;
    logger.error({ event, error: String(error) }, 'a listener failed');
    if (stack !== undefined) logger.debug({ event, stack }, 'a listener failed');
  }

  return {
    on(name, listener) {
      // An object of its own, so that one function may listen twice.
      const own: Listener = (...told) => listener(...(told as unknown as M[typeof name]));
      const all = listeners.get(name) ?? new Set();
      listeners.set(name, all.add(own));
      return () => void all.delete(own);
    },
    emit(name, ...told) {
      for (const listener of listeners.get(name) ?? []) {
        try {
          const work = listener(...(told as readonly unknown[] as readonly never[]));
          if (work instanceof Promise) work.catch((error: unknown) => failed(name, error));
        } catch (error) {
          failed(name, error);
        }
      }
    },
  };
}
