import {
  nodeTopics,
  type HoldingsMessage,
  type InventoryMessage,
  type LogMessage,
  type Metrics,
  type PayloadOf,
  type Report,
  type StatusMessage,
  type TopicFrom,
} from '@meshdeck/shared';
import type { Logger } from 'pino';
import type { MqttSession } from './mqtt-session.js';

/** Past this the network is slower than we talk: readings and log lines are left out, reports never. */
const maxBacklogBytes = 1024 * 1024;

/** Everything this machine says, checked against the contract. Each gives false where it was not sent. */
export interface Outbox {
  status: (message: StatusMessage) => Promise<boolean>;
  inventory: (message: InventoryMessage) => Promise<boolean>;
  cacheInventory: (message: HoldingsMessage) => Promise<boolean>;
  report: (message: Report) => Promise<boolean>;
  metrics: (message: Metrics) => Promise<boolean>;
  logs: (message: LogMessage) => Promise<boolean>;
}

export function createOutbox(options: {
  session: () => MqttSession | undefined;
  /** Another way for reports; false where there is none. */
  reportElsewhere: (report: Report) => boolean;
  logger: Logger;
}): Outbox {
  const { logger } = options;

  function sender<K extends TopicFrom<'node'>>(key: K) {
    const { payload, qos } = nodeTopics[key];
    return async (message: PayloadOf<K>): Promise<boolean> => {
      const session = options.session();
      if (session === undefined) return false;
      if (qos === 0 && session.backlogBytes() > maxBacklogBytes) return false;
      try {
        await session.publish(key, payload.schema.parse(message));
        return true;
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        logger.warn({ topic: key, reason }, 'message not sent');
        return false;
      }
    };
  }

  const reports = sender('nodes/{nodeId}/reports');
  return {
    status: sender('nodes/{nodeId}/status'),
    inventory: sender('nodes/{nodeId}/inventory'),
    cacheInventory: sender('nodes/{nodeId}/holdings'),
    report: async (report) => options.reportElsewhere(report) || reports(report),
    metrics: sender('nodes/{nodeId}/metrics'),
    logs: sender('nodes/{nodeId}/logs'),
  };
}
