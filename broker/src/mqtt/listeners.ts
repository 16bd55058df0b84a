import type { Client, Subscription } from 'aedes';

/** In place of a QoS: the subscription is refused [MQTT-3.9.3]. */
const refused: number = 128;

export interface Listeners {
  /** The broker tells of refused ones as well, and never of their end. */
  subscribed(client: Client, subscriptions: readonly Subscription[]): void;
  unsubscribed(client: Client, filters: readonly string[]): void;
  /** True while somebody listens to exactly this topic. */
  has(topic: string): boolean;
}

/** Who listens to what, for as long as its connection stands. */
export function createListeners(): Listeners {
  const clientsOf = new Map<string, Set<Client>>();
  const topicsOf = new WeakMap<Client, Set<string>>();

  function unsubscribed(client: Client, filters: readonly string[]): void {
    for (const topic of filters) {
      const clients = clientsOf.get(topic);
      clients?.delete(client);
      if (clients?.size === 0) clientsOf.delete(topic);
      topicsOf.get(client)?.delete(topic);
    }
  }

  /** Its end is looked out for once, however often it subscribes. */
  function topicsHeardBy(client: Client): Set<string> {
    let own = topicsOf.get(client);
    if (own === undefined) {
      const topics = new Set<string>();
      own = topics;
      topicsOf.set(client, topics);
      client.conn.once('close', () => unsubscribed(client, [...topics]));
    }
    return own;
  }

  return {
    subscribed(client, subscriptions) {
      if (client.conn.destroyed) return;
      const own = topicsHeardBy(client);
      for (const { topic, qos } of subscriptions) {
        if (qos === refused) continue;
        own.add(topic);
        clientsOf.set(topic, (clientsOf.get(topic) ?? new Set()).add(client));
      }
    },
    unsubscribed,
    has: (topic) => clientsOf.has(topic),
  };
}
