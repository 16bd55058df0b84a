import { topicName, type JobSummary, type NodeView, type SensorView } from '@meshdeck/shared';
import type { Logger } from 'pino';
import type { MqttBroker } from './mqtt/broker.js';

/** What changed is told to people at most this often, whatever the machines and sensors send. */
const coalesceMs = 500;

interface LiveTopic {
  changed(id: string): void;
  removed(id: string): void;
  /** Tells what is due now. */
  flush(): void;
}

/**
 * One `live/...` topic: collects the ids of what changed and tells the whole views of them, coalesced, and only
 * while somebody looks. Who starts to look reads the list over HTTP first, so nothing is missed.
 */
function createLiveTopic<View>(options: {
  broker: () => MqttBroker;
  topic: 'live/nodes' | 'live/jobs' | 'live/sensors';
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
      if (options.broker().hasListeners(topic)) void tell(new Set(changed), [...removed]);
      changed.clear();
      removed.clear();
    },
  };
}

/** The same for the jobs of one person, on a topic of their own. */
function createLiveOwnJobs(options: {
  broker: () => MqttBroker;
  jobSummaries: (ids: ReadonlySet<string>) => Promise<JobSummary[]>;
  ownerOf: (jobId: string) => string | undefined;
  logger: Logger;
}) {
  const waiting = new Map<string, { changed: Set<string>; removed: string[] }>();

  async function tell(owner: string, changed: ReadonlySet<string>, removed: string[]): Promise<void> {
    try {
      const message = { changed: await options.jobSummaries(changed), removed };
      await options.broker().publish('live/own-jobs/{personId}', { personId: owner }, message);
    } catch (error) {
      options.logger.error({ owner, error: String(error) }, 'live update not told');
    }
  }

  function of(owner: string) {
    const known = waiting.get(owner) ?? { changed: new Set<string>(), removed: [] };
    waiting.set(owner, known);
    return known;
  }

  return {
    changed(id: string) {
      const owner = options.ownerOf(id);
      if (owner !== undefined) of(owner).changed.add(id);
    },
    removed(id: string, owner: string) {
      of(owner).changed.delete(id);
      of(owner).removed.push(id);
    },
    flush() {
      for (const [owner, { changed, removed }] of waiting) {
        const topic = topicName('live/own-jobs/{personId}', { personId: owner });
        if (options.broker().hasListeners(topic)) void tell(owner, changed, removed);
      }
      waiting.clear();
    },
  };
}

export interface LiveUpdates {
  nodes: LiveTopic;
  jobs: Pick<LiveTopic, 'changed'> & { removed(id: string, owner: string): void };
  sensors: LiveTopic;
  start(): void;
  stop(): void;
}

export function createLiveUpdates(options: {
  broker: () => MqttBroker;
  nodeViews: (ids: ReadonlySet<string>) => NodeView[];
  jobSummaries: (ids: ReadonlySet<string>) => Promise<JobSummary[]>;
  ownerOfJob: (jobId: string) => string | undefined;
  sensorViews: (ids: ReadonlySet<string>) => SensorView[];
  logger: Logger;
}): LiveUpdates {
  const { broker, logger } = options;
  const nodes = createLiveTopic({
    broker,
    topic: 'live/nodes',
    publish: (message) => broker().publish('live/nodes', {}, message),
    logger,
    viewsOf: options.nodeViews,
  });
  const allJobs = createLiveTopic({
    broker,
    topic: 'live/jobs',
    publish: (message) => broker().publish('live/jobs', {}, message),
    logger,
    viewsOf: options.jobSummaries,
  });
  const ownJobs = createLiveOwnJobs({
    broker,
    jobSummaries: options.jobSummaries,
    ownerOf: options.ownerOfJob,
    logger,
  });
  const sensors = createLiveTopic({
    broker,
    topic: 'live/sensors',
    publish: (message) => broker().publish('live/sensors', {}, message),
    logger,
    viewsOf: options.sensorViews,
  });
  let timer: ReturnType<typeof setInterval> | undefined;
  return {
    nodes,
    jobs: {
      changed(id) {
        allJobs.changed(id);
        ownJobs.changed(id);
      },
      removed(id, owner) {
        allJobs.removed(id);
        ownJobs.removed(id, owner);
      },
    },
    sensors,
    start() {
      timer = setInterval(() => {
        for (const topic of [nodes, allJobs, ownJobs, sensors]) topic.flush();
      }, coalesceMs);
    },
    stop: () => clearInterval(timer),
  };
}
