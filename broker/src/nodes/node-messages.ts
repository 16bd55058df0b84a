import {
  metricUnits,
  type CheckReport,
  type HoldingsMessage,
  type InventoryMessage,
  type JobReport,
  type LogMessage,
  type Metrics,
  type NodeId,
  type PayloadOf,
  type TopicFrom,
} from '@meshdeck/shared';
import type { Logger } from 'pino';
import { createLogTally } from '../fairness/log-tally.js';
import { createPaced } from '../fairness/paced.js';
import type { MessageHandler, MessageHandlers } from '../mqtt/dispatch.js';
import type { SeriesStore } from '../series/types.js';
import { scoreOfNode } from './node-view.js';
import type { NodeRegistry } from './registry.js';

const seriesKeys = Object.keys(metricUnits) as (keyof typeof metricUnits)[];

/** A machine says what it has when it comes and when that changes; each is written to disk. */
const inventoryEveryMs = 1000;

/** What machines publish, handed to the part it concerns. Whatever comes shows that the machine is there. */
export function createNodeMessages(options: {
  nodes: NodeRegistry;
  series: Pick<SeriesStore, 'append'>;
  takeReport: (nodeId: NodeId, report: JobReport) => Promise<void>;
  takeCheck: (nodeId: NodeId, report: CheckReport) => void;
  takeLog: (nodeId: NodeId, message: LogMessage) => Promise<void>;
  takeHoldings: (nodeId: NodeId, message: HoldingsMessage) => void;
  now: () => number;
  logger: Logger;
}): MessageHandlers<TopicFrom<'node'>> {
  const { nodes, series, now, logger } = options;
  const tally = createLogTally(logger);
  const inventories = createPaced<InventoryMessage>(inventoryEveryMs, (nodeId, message) =>
    guard(nodes.takeInventory(nodeId, message), nodeId, 'inventory'),
  );

  /** Kept under the hub's own clock: machines' clocks differ, and one chart shows them all. */
  function store(nodeId: NodeId, metrics: Metrics): void {
    const at = now();
    const source = `node:${nodeId}`;
    for (const key of seriesKeys) {
      const value = key === 'score' ? scoreValue(nodeId) : metrics[key];
      if (value !== null) series.append(source, key, at, value);
    }
  }

  function scoreValue(nodeId: NodeId): number | null {
    const state = nodes.state(nodeId);
    return state === undefined ? null : (scoreOfNode(state)?.score ?? null);
  }

  function guard(work: Promise<void>, nodeId: NodeId, channel: string): void {
    work.catch((error: unknown) => {
      const facts = { node: nodeId, channel, error: String(error).slice(0, 500) };
      tally.note('message not taken', `${nodeId} ${channel}`, facts);
    });
  }

  /** `channel` is the topic's last level, as logs name it. */
  function handler<K extends TopicFrom<'node'>>(
    channel: string,
    take: (nodeId: NodeId, payload: PayloadOf<K>) => void,
  ): MessageHandler<K> {
    return {
      take({ nodeId }, payload) {
        nodes.heard(nodeId);
        take(nodeId, payload);
      },
      refused({ nodeId }, reason) {
        nodes.heard(nodeId);
        tally.note('message refused', `${nodeId} ${channel}`, { node: nodeId, channel, reason });
      },
    };
  }

  return {
    'nodes/{nodeId}/status': handler('status', nodes.takeStatus),
    'nodes/{nodeId}/metrics': handler('metrics', (nodeId, metrics) => {
      nodes.takeMetrics(nodeId, metrics);
      store(nodeId, metrics);
    }),
    'nodes/{nodeId}/inventory': handler('inventory', inventories.take),
    'nodes/{nodeId}/holdings': handler('holdings', options.takeHoldings),
    'nodes/{nodeId}/reports': handler('reports', (nodeId, report) => {
      if (report.type === 'checked') options.takeCheck(nodeId, report);
      else guard(options.takeReport(nodeId, report), nodeId, 'reports');
    }),
    'nodes/{nodeId}/logs': handler('logs', (nodeId, message) =>
      guard(options.takeLog(nodeId, message), nodeId, 'logs'),
    ),
  };
}
