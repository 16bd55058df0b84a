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
  type InventoryMessage,
  type JobReport,
  type LogMessage,
  type Metrics,
  type NodeChannel,
} from '@meshdeck/shared';
import type { Logger } from 'pino';
import type * as z from 'zod';
import { createLogTally } from '../fairness/log-tally.js';
import { createPaced } from '../fairness/paced.js';
import type { SeriesStore } from '../series/types.js';
import { scoreOfNode } from './node-view.js';
import type { NodeRegistry } from './registry.js';

const seriesKeys = Object.keys(metricUnits) as (keyof typeof metricUnits)[];

/** A machine says what it has when it comes and when that changes; each is written to disk. */
const inventoryEveryMs = 1000;

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
  const tally = createLogTally(logger);
  const inventories = createPaced<InventoryMessage>(inventoryEveryMs, (nodeId, message) =>
    guard(nodes.takeInventory(nodeId, message), nodeId, 'inventory'),
  );

  function parse<T>(schema: z.ZodType<T>, nodeId: string, channel: NodeChannel, payload: Buffer): T | null {
    const refuse = (reason: string): null => {
      tally.note('message refused', `${nodeId} ${channel}`, { node: nodeId, channel, reason });
      return null;
    };
    let value: unknown;
    try {
      value = JSON.parse(payload.toString('utf8'));
    } catch {
      return refuse('no JSON');
    }
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    // One of what may be thousands.
    const [issue] = parsed.error.issues;
    return refuse(`${issue?.path.slice(0, 6).join('.') ?? ''}: ${issue?.message ?? ''}`.slice(0, 200));
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
      const facts = { node: nodeId, channel, error: String(error).slice(0, 500) };
      tally.note('message not taken', `${nodeId} ${channel}`, facts);
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
        if (message !== null) inventories.take(nodeId, message);
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
