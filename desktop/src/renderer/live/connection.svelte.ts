import { originKeyProtocol } from '@meshdeck/shared';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { originKey } from '../state/origin-key.js';
import type { LiveTopic } from './messages.js';

export interface TopicListener {
  message(payload: Uint8Array): void;
  /** The hub confirmed the subscription, at first and after every reconnection: fetch a snapshot now. */
  subscribed?(): void;
}

/**
 * The page's one MQTT connection, over WebSocket at the page's own origin with the page's own session. A topic is
 * subscribed while somebody listens to it and not a moment longer: the hub sends only what is looked at.
 */
class LiveConnection {
  state = $state<'connecting' | 'online' | 'offline'>('connecting');
  /** Since when, unix ms by this browser's clock. */
  since = $state(Date.now());

  #client: MqttClient | null = null;
  #listeners = new Map<string, Set<TopicListener>>();
  /** Topics whose end the hub has not confirmed: it may take a subscription that comes before that for the one that ends. */
  readonly #leaving = new Set<string>();

  /** Connects and keeps connecting; returns what ends that. */
  start(
    connect = (url: string, options: IClientOptions): MqttClient => mqtt.connect(url, options),
  ): () => void {
    const client = connect(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/mqtt`, {
      protocolVersion: 4,
      clean: true,
      resubscribe: false,
      queueQoSZero: false,
      reconnectPeriod: 1500,
      connectTimeout: 8000,
      // Browsers slow the timers of hidden tabs down to one a minute.
      keepalive: 60,
      // The worker that mqtt.js would use instead comes from a blob: address, which the pages' policy forbids.
      timerVariant: 'native',
      // Pages can send no header here; the hub takes the key as a protocol that it never chooses.
      createWebsocket: (url, protocols) =>
        new WebSocket(url, [...protocols, `${originKeyProtocol}${originKey()}`]),
      clientId: `page-${crypto.getRandomValues(new Uint32Array(2)).join('-')}`,
    });
    this.#client = client;
    client.on('connect', () => {
      this.#enter('online');
      this.#leaving.clear();
      for (const topic of this.#listeners.keys()) this.#subscribe(topic);
    });
    client.on('close', () => {
      if (this.state === 'online' || this.state === 'connecting') this.#enter('offline');
    });
    // mqtt.js goes on trying by itself; `close` follows each error and tells the page.
    client.on('error', () => undefined);
    client.on('message', (topic, payload) => this.#deliver(topic, payload));
    return () => {
      this.#client = null;
      client.end(true);
    };
  }

  /** Listens to one topic (no wildcards) until the returned disposer is called. */
  listen({ name: topic }: LiveTopic<unknown>, listener: TopicListener): () => void {
    const known = this.#listeners.get(topic);
    if (known === undefined) {
      this.#listeners.set(topic, new Set([listener]));
      if (this.#client?.connected === true && !this.#leaving.has(topic)) this.#subscribe(topic);
    } else {
      known.add(listener);
      if (this.#client?.connected === true) queueMicrotask(() => listener.subscribed?.());
    }
    return () => {
      const listeners = this.#listeners.get(topic);
      if (listeners?.delete(listener) !== true || listeners.size > 0) return;
      this.#listeners.delete(topic);
      if (this.#client?.connected === true && !this.#leaving.has(topic)) this.#leave(this.#client, topic);
    };
  }

  #leave(client: MqttClient, topic: string): void {
    this.#leaving.add(topic);
    client.unsubscribe(topic, () => {
      if (!this.#leaving.delete(topic)) return;
      if (this.#listeners.has(topic) && client.connected) this.#subscribe(topic);
    });
  }

  #subscribe(topic: string): void {
    this.#client?.subscribe(topic, { qos: 0 }, (error) => {
      if (error !== null) return;
      for (const listener of this.#listeners.get(topic) ?? []) listener.subscribed?.();
    });
  }

  #deliver(topic: string, payload: Uint8Array): void {
    const listeners = this.#listeners.get(topic);
    if (listeners === undefined) return;
    for (const listener of listeners) listener.message(payload);
  }

  #enter(state: 'online' | 'offline'): void {
    this.state = state;
    this.since = Date.now();
  }
}

export const connection = new LiveConnection();
