import { topics, type JobSummary, type NodeView, type SensorView } from '@meshdeck/shared';
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
  topic: string;
  logger: Logger;
  viewsOf: (ids: ReadonlySet<string>) => Promise<View[]> | View[];
}): LiveTopic {
  const changed = new Set<string>();
  const removed = new Set<string>();

  async function tell(ids: ReadonlySet<string>, gone: string[]): Promise<void> {
    try {
      const message = { changed: await options.viewsOf(ids), removed: gone };
      await options.broker().publish(options.topic, message);
    } catch (error) {
      options.logger.error({ topic: options.topic, error: String(error) }, 'live update not told');
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
      if (options.broker().hasListeners(options.topic)) void tell(new Set(changed), [...removed]);
      changed.clear();
      removed.clear();
    },
  };
}

export interface LiveUpdates {
  nodes: LiveTopic;
  jobs: LiveTopic;
  sensors: LiveTopic;
  start(): void;
  stop(): void;
}

export function createLiveUpdates(options: {
  broker: () => MqttBroker;
  nodeViews: (ids: ReadonlySet<string>) => NodeView[];
  jobSummaries: (ids: ReadonlySet<string>) => Promise<JobSummary[]>;
  sensorViews: (ids: ReadonlySet<string>) => SensorView[];
  logger: Logger;
}): LiveUpdates {
  const { broker, logger } = options;
  const nodes = createLiveTopic({ broker, topic: topics.liveNodes, logger, viewsOf: options.nodeViews });
  const jobs = createLiveTopic({ broker, topic: topics.liveJobs, logger, viewsOf: options.jobSummaries });
  const sensors = createLiveTopic({
    broker,
    topic: topics.liveSensors,
    logger,
    viewsOf: options.sensorViews,
  });
  let timer: ReturnType<typeof setInterval> | undefined;
  return {
    nodes,
    jobs,
    sensors,
    start() {
      timer = setInterval(() => {
        for (const topic of [nodes, jobs, sensors]) topic.flush();
      }, coalesceMs);
    },
    stop: () => clearInterval(timer),
  };
}
