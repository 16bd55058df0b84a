import {
  holdingsMessageSchema,
  inventoryMessageSchema,
  logMessageSchema,
  metricsSchema,
  reportSchema,
  statusMessageSchema,
  type HoldingsMessage,
  type InventoryMessage,
  type LogMessage,
  type Metrics,
  type NodeChannel,
  type Report,
  type StatusMessage,
} from '@meshdeck/shared';
import type { Logger } from 'pino';
import type * as z from 'zod';
import type { HubSession } from './session.js';

/** Past this the network is slower than we talk: readings and log lines are left out, reports never. */
const maxBacklogBytes = 1024 * 1024;

/** Everything this machine says, checked against the contract. Each gives false where it was not sent. */
export interface Outbox {
  status: (message: StatusMessage) => Promise<boolean>;
  inventory: (message: InventoryMessage) => Promise<boolean>;
  holdings: (message: HoldingsMessage) => Promise<boolean>;
  report: (message: Report) => Promise<boolean>;
  metrics: (message: Metrics) => Promise<boolean>;
  logs: (message: LogMessage) => Promise<boolean>;
}

export function createOutbox(options: {
  session: () => HubSession | undefined;
  /** Another way for reports; false where there is none. */
  reportElsewhere: (report: Report) => boolean;
  logger: Logger;
}): Outbox {
  const { logger } = options;

  function channel<T>(name: NodeChannel, schema: z.ZodType<T>, how: { qos: 0 | 1; retain?: boolean }) {
    return async (message: T): Promise<boolean> => {
      const session = options.session();
      if (session === undefined) return false;
      if (how.qos === 0 && session.backlogBytes() > maxBacklogBytes) return false;
      try {
        await session.publish(name, schema.parse(message), how);
        return true;
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        logger.warn({ channel: name, reason }, 'message not sent');
        return false;
      }
    };
  }

  const reports = channel('reports', reportSchema, { qos: 1 });
  return {
    status: channel('status', statusMessageSchema, { qos: 1, retain: true }),
    inventory: channel('inventory', inventoryMessageSchema, { qos: 1 }),
    holdings: channel('holdings', holdingsMessageSchema, { qos: 1 }),
    report: async (report) => options.reportElsewhere(report) || reports(report),
    metrics: channel('metrics', metricsSchema, { qos: 0 }),
    logs: channel('logs', logMessageSchema, { qos: 0 }),
  };
}
