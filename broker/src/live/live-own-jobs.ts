import { topicName, type JobId, type JobSummary, type PersonId } from '@meshdeck/shared';
import type { Logger } from 'pino';
import type { MqttBroker } from '../mqtt/broker.js';
import type { LiveView } from './live-topic.js';

export interface LiveOwnJobs extends LiveView {
  changed(id: JobId): void;
  removed(id: JobId, owner: PersonId): void;
}

/** As `createLiveTopic`, for the jobs of one person, on a topic of their own. */
export function createLiveOwnJobs(options: {
  broker: Pick<MqttBroker, 'hasListeners' | 'publish'>;
  summaries: (ids: ReadonlySet<JobId>) => Promise<JobSummary[]>;
  ownerOf: (jobId: JobId) => PersonId | undefined;
  logger: Logger;
}): LiveOwnJobs {
  const { broker } = options;
  const waiting = new Map<PersonId, { changed: Set<JobId>; removed: JobId[] }>();

  async function tell(owner: PersonId, changed: ReadonlySet<JobId>, removed: JobId[]): Promise<void> {
    try {
      const message = { changed: await options.summaries(changed), removed };
      await broker.publish('live/own-jobs/{personId}', { personId: owner }, message);
    } catch (error) {
      options.logger.error({ owner, error: String(error) }, 'live update not told');
    }
  }

  function of(owner: PersonId) {
    const known = waiting.get(owner) ?? { changed: new Set<JobId>(), removed: [] };
    waiting.set(owner, known);
    return known;
  }

  return {
    changed(id) {
      const owner = options.ownerOf(id);
      if (owner !== undefined) of(owner).changed.add(id);
    },
    removed(id, owner) {
      of(owner).changed.delete(id);
      of(owner).removed.push(id);
    },
    flush() {
      for (const [owner, { changed, removed }] of waiting) {
        const topic = topicName('live/own-jobs/{personId}', { personId: owner });
        if (broker.hasListeners(topic)) void tell(owner, changed, removed);
      }
      waiting.clear();
    },
  };
}
