import { topicName, topics, type PayloadOf, type PeopleTopic, type TopicIds } from '@meshdeck/shared';
import { clock } from '../state/clock.svelte.js';

/** A topic to listen to, and how what comes on it is read. */
export interface LiveTopic<Payload> {
  name: string;
  /** What of it the topic's form takes, in its order: what does not parse is not shown. */
  read(payloads: readonly Uint8Array[]): Payload[];
}

export function liveTopic<K extends PeopleTopic>(key: K, ids: TopicIds<K>): LiveTopic<PayloadOf<K>> {
  const form = topics[key].payload;
  return {
    name: topicName(key, ids),
    read(payloads) {
      const now = clock.read();
      return payloads.flatMap((payload) => {
        const message = form.read(payload, now);
        return message.ok ? [message.value] : [];
      });
    },
  };
}

export const onFrame = (callback: () => void): void => {
  requestAnimationFrame(callback);
};
