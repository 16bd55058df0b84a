import { topics, type PayloadOf, type Topic, type TopicFrom, type TopicIds } from '@meshdeck/shared';

/** What machines and sensors say. */
export type HeardTopic = TopicFrom<'node' | 'sensor'>;

export interface MessageHandler<K extends HeardTopic> {
  /** Never throws: what it takes comes from outside, and the neighbours' messages are next. */
  take(ids: TopicIds<K>, payload: PayloadOf<K>): void;
  /** The payload was not what the topic's schema asks for. */
  refused(ids: TopicIds<K>, reason: string): void;
}

/** A handler for each topic; null where the hub does nothing with it. */
export type MessageHandlers<K extends HeardTopic = HeardTopic> = {
  readonly [P in K]: MessageHandler<P> | null;
};

const isHeard = (topic: Topic): topic is Topic<HeardTopic> => topics[topic.key].from !== 'hub';

/** Brings each message to its topic's handler, parsed once by the topic's schema. */
export function createDispatch(
  handlers: MessageHandlers,
  now: () => number,
): (topic: Topic, payload: Buffer) => void {
  function hand<K extends HeardTopic>(key: K, ids: TopicIds<K>, payload: Buffer): void {
    const handler = handlers[key];
    if (handler === null) return;
    const read = topics[key].payload.read(payload, now());
    if (read.ok) handler.take(ids, read.value);
    else handler.refused(ids, read.reason);
  }

  return (topic, payload) => {
    if (isHeard(topic)) hand(topic.key, topic.ids, payload);
  };
}
