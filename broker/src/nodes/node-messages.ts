import {
  assertNever,
  holdingsMessageSchema,
  inventoryMessageSchema,
  logMessageSchema,
  metricsSchema,
  metricUnits,
  reportSchema,
  statusMessageSchema,
  topics,
  type CheckReport,
  type HoldingsMessage,
  type JobReport,
  type LogMessage,
  type Metrics,
  type NodeChannel,
} from '@meshdeck/shared';
import type { Logger } from 'pino';
import type * as z from 'zod';
import type { SeriesStore } from '../series/types.js';
import { scoreOfNode } from './node-view.js';
import type { NodeRegistry } from './registry.js';

const seriesKeys = Object.keys(metricUnits) as (keyof typeof metricUnits)[];

/** Takes what machines publish: parses it at the door and hands it to the part it concerns. */
export function createNodeMessages(options: {
  nodes: NodeRegistry;
  series: Pick<SeriesStore, 'append'>;
  takeReport: (nodeId: string, report: JobReport) => Promise<void>;
  takeCheck: (nodeId: string, report: CheckReport) => void;
  takeLog: (nodeId: string, message: LogMessage) => Promise<void>;
  takeHoldings: (nodeId: string, message: HoldingsMessage) => void;
  now: () => number;
  logger: Logger;
}): (nodeId: string, channel: NodeChannel, payload: Buffer) => void {
  const { nodes, series, now, logger } = options;

  function parse<T>(schema: z.ZodType<T>, nodeId: string, channel: NodeChannel, payload: Buffer): T | null {
    try {
      return schema.parse(JSON.parse(payload.toString('utf8')));
    } catch (error) {
      logger.warn({ node: nodeId, channel, error: String(error).slice(0, 500) }, 'message refused');
      return null;
    }
  }

  /** Kept under the hub's own clock: machines' clocks differ, and one chart shows them all. */
  function store(nodeId: string, metrics: Metrics): void {
    const at = now();
    const source = `node:${nodeId}`;
    for (const key of seriesKeys) {
      const value = key === 'score' ? scoreValue(nodeId) : metrics[key];
      if (value !== null) series.append(source, key, at, value);
    }
  }

  function scoreValue(nodeId: string): number | null {
    const state = nodes.state(nodeId);
    return state === undefined ? null : (scoreOfNode(state)?.score ?? null);
  }

  function guard(work: Promise<void>, nodeId: string, channel: NodeChannel): void {
    work.catch((error: unknown) => {
      logger.error({ node: nodeId, channel, error: String(error) }, 'message not taken');
    });
  }

  return (nodeId, channel, payload) => {
    nodes.heard(nodeId);
    switch (channel) {
      case 'status': {
        const status = parse(statusMessageSchema, nodeId, channel, payload);
        if (status !== null) nodes.takeStatus(nodeId, status);
        return;
      }
      case 'metrics': {
        const metrics = parse(metricsSchema, nodeId, channel, payload);
        if (metrics === null) return;
        nodes.takeMetrics(nodeId, metrics);
        store(nodeId, metrics);
        return;
      }
      case 'inventory': {
        const message = parse(inventoryMessageSchema, nodeId, channel, payload);
        if (message !== null) guard(nodes.takeInventory(nodeId, message), nodeId, channel);
        return;
      }
      case 'holdings': {
        const message = parse(holdingsMessageSchema, nodeId, channel, payload);
        if (message !== null) options.takeHoldings(nodeId, message);
        return;
      }
      case 'reports': {
        const report = parse(reportSchema, nodeId, channel, payload);
        if (report?.type === 'checked') options.takeCheck(nodeId, report);
        else if (report !== null) guard(options.takeReport(nodeId, report), nodeId, channel);
        return;
      }
      case 'logs': {
        const message = parse(logMessageSchema, nodeId, channel, payload);
        if (message !== null) guard(options.takeLog(nodeId, message), nodeId, channel);
        return;
      }
      case 'orders':
        // Policies let no machine say this.
        logger.warn({ node: nodeId }, `a machine published on ${topics.node(nodeId, 'orders')}`);
        return;
      default:
        assertNever(channel);
    }
  };
}
