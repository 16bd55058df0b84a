import { topicFilter, topicName, type NodeView } from '@meshdeck/shared';
import type { Logger } from 'pino';
import type { Checks } from '../checks/index.js';
import type { DiscoveryModule } from '../discovery/module.js';
import { nodeRoutes } from '../http/routes/nodes.js';
import type { JobTransport } from '../transport/job-transport.js';
import type { JobsModule } from '../jobs/module.js';
import { createLiveTopic } from '../live/live-topic.js';
import type { HubModule } from '../module.js';
import type { MqttBroker } from '../mqtt/broker.js';
import type { Pairing } from '../pairing/pairing.js';
import type { SeriesStore } from '../series/types.js';
import type { People } from '../users/index.js';
import type { NodesModule } from './module.js';
import { createNodeApi } from './node-api.js';
import { createHeartbeatPace } from './heartbeat-pace.js';
import { createNodeMessages } from './node-messages.js';
import { nodeMetrics } from './node-metrics.js';
import { createReportRetry } from './report-retry.js';

/** The machines as people handle them, and what machines say, brought to whom it concerns. */
export function createNodeApiModule(options: {
  nodes: NodesModule;
  discovery: Pick<DiscoveryModule, 'seen' | 'events'>;
  jobs: JobsModule;
  checks: Checks;
  pairing: Pairing;
  people: Pick<People, 'accounts'>;
  series: SeriesStore;
  transport: JobTransport;
  /** By the machine's own connection, whatever the route of jobs. */
  sendDirect: JobTransport['send'];
  broker: MqttBroker;
  now: () => number;
  logger: Logger;
}): HubModule {
  const { discovery, checks, people, broker, now, logger } = options;
  const { nodes, events } = options.nodes;
  const { jobs, events: jobEvents } = options.jobs;
  const pace = createHeartbeatPace({
    states: nodes.states,
    setPace: nodes.setPace,
    slotsBusy: (nodeId) => jobs.capacity.loads().get(nodeId)?.slotsBusy ?? 0,
    isWatched: () =>
      broker.hasListeners(topicFilter('live/nodes')) ||
      broker.hasListeners(topicFilter('nodes/{nodeId}/metrics')),
    isFollowed: (nodeId) => broker.hasListeners(topicName('nodes/{nodeId}/metrics', { nodeId })),
    send: options.sendDirect,
    now,
  });
  const api = createNodeApi({
    nodes,
    looked: pace.looked,
    seen: discovery.seen,
    loads: jobs.capacity.loads,
    pairing: options.pairing,
    transport: options.transport,
    disconnect: (nodeId) => broker.disconnect((who) => who.kind === 'node' && who.nodeId === nodeId),
    now,
  });
  const live = createLiveTopic<NodeView>({
    broker,
    topic: 'live/nodes',
    publish: (message) => broker.publish('live/nodes', {}, message),
    viewsOf: (ids) => api.list().filter(({ id }) => ids.has(id)),
    logger,
  });
  const reports = createReportRetry({ take: jobs.takeReport, logger });
  const disposers = [
    events.on('changed', live.changed),
    events.on('removed', live.removed),
    jobEvents.on('loadChanged', live.changed),
    discovery.events.on('seen', live.changed),
    discovery.events.on('gone', (nodeId) => {
      if (nodes.state(nodeId) === undefined) live.removed(nodeId);
    }),
    reports.stop,
  ];
  return {
    name: 'node api',
    live: [live],
    topics: createNodeMessages({
      nodes,
      series: options.series,
      takeReport: reports.take,
      takeCheck: checks.take,
      takeLog: jobs.takeLog,
      takeHoldings: jobs.takeHoldings,
      now,
      logger,
    }),
    routes: (app) => nodeRoutes(app, { nodes: api, people }),
    metrics: () => nodeMetrics(api),
    start: pace.start,
    stop() {
      pace.stop();
      for (const dispose of disposers) dispose();
    },
  };
}
