import { topicName, type PayloadOf, type TopicFrom, type TopicIds } from '@meshdeck/shared';
import type { Logger } from 'pino';
import type { MqttBroker } from '../mqtt/broker.js';

/** What pages see change by itself; `flush` tells what is due now. */
export interface LiveView {
  flush(): void;
}

export interface LiveTopic extends LiveView {
  changed(id: string): void;
  removed(id: string): void;
}

/** The topics of the map that tell what changed of one kind, to everybody who may see it. */
type ListTopic = {
  [K in TopicFrom<'hub'>]: keyof TopicIds<K> extends never
    ? PayloadOf<K> extends { changed: unknown[]; removed: string[] }
      ? K
      : never
    : never;
}[TopicFrom<'hub'>];

/**
 * One `live/...` topic: collects the ids of what changed and tells the whole views of them, coalesced, and only
 * while somebody looks. Who starts to look reads the list over HTTP first, so nothing is missed.
 */
export function createLiveTopic<View>(options: {
  broker: Pick<MqttBroker, 'hasListeners'>;
  topic: ListTopic;
  publish: (message: { changed: View[]; removed: string[] }) => Promise<void>;
  logger: Logger;
  viewsOf: (ids: ReadonlySet<string>) => Promise<View[]> | View[];
}): LiveTopic {
  const topic = topicName(options.topic, {});
  const changed = new Set<string>();
  const removed = new Set<string>();

  async function tell(ids: ReadonlySet<string>, gone: string[]): Promise<void> {
    try {
      await options.publish({ changed: await options.viewsOf(ids), removed: gone });
    } catch (error) {
      options.logger.error({ topic, error: String(error) }, 'live update not told');
    }
  }

  return {
    changed: (id) => changed.add(id),
    removed(id) {
      changed.delete(id);
      removed.add(id);
    },
    flush() {
      if (changed.size + removed.size === 0) return;
      if (options.broker.hasListeners(topic)) void tell(new Set(changed), [...removed]);
      changed.clear();
      removed.clear();
    },
  };
}
