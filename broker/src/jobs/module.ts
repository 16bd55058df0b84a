import type { JobId, JobSummary, NodeId, PersonId } from '@meshdeck/shared';
import type { FastPaths } from '@meshdeck/shared/runtime';
import type { Logger } from 'pino';
import type { AppRepository } from '../apps/index.js';
import type { TableConversions } from '../conversion/index.js';
import { createEvents, type EventSource } from '../events.js';
import type { FilesModule } from '../files/module.js';
import type { UploadsModule } from '../files/uploads-module.js';
import { agentFileRoutes } from '../http/routes/agent-files.js';
import { attemptSecretRoutes } from '../http/routes/attempt-secrets.js';
import { deadLetterRoutes } from '../http/routes/dead-letters.js';
import { jobRoutes } from '../http/routes/jobs.js';
import { speedRoutes } from '../http/routes/speeds.js';
import { sweepRoutes } from '../http/routes/sweeps.js';
import { unnamedResultRoutes } from '../http/routes/unnamed-results.js';
import { jobHealth, jobMetrics } from './job-figures.js';
import type { createJobRecordsModule } from './store/module.js';
import { createJobComponents, type JobComponents } from './job-components.js';
import type { JobTransport } from '../transport/job-transport.js';
import { createLiveOwnJobs } from '../live/live-own-jobs.js';
import { createLiveTopic } from '../live/live-topic.js';
import type { HubModule } from '../module.js';
import type { MqttBroker } from '../mqtt/broker.js';
import type { NodesModule } from '../nodes/module.js';
import { createSpeedApi, speedDocumentSchema } from '../speeds/index.js';
import type { StoresModule } from '../stores/module.js';
import type { Secrets } from '../secrets/secrets.js';
import type { People } from '../users/index.js';
import { bandwidthDocumentSchema } from '../cache-locality/index.js';

type JobEvents = {
  changed: [jobId: JobId];
  removed: [jobId: JobId, owner: PersonId];
  /** How many slots of a machine are at work. */
  loadChanged: [nodeId: NodeId];
};

export interface JobsModule extends HubModule {
  jobs: JobComponents;
  events: EventSource<JobEvents>;
}

export async function createJobsModule(options: {
  stores: StoresModule;
  records: Awaited<ReturnType<typeof createJobRecordsModule>>;
  fastPaths: FastPaths;
  files: FilesModule;
  uploads: UploadsModule;
  apps: AppRepository;
  tables: TableConversions;
  secrets: Secrets;
  people: Pick<People, 'limitsOf'>;
  broker: MqttBroker;
  nodes: NodesModule;
  transport: JobTransport;
  /** @throws MeshdeckError `not-found` */
  resolveNode: (ref: string) => NodeId;
  now: () => number;
  logger: Logger;
}): Promise<JobsModule> {
  const { secrets, stores, records, apps, broker, transport, now, logger } = options;
  const { files, fileOwners } = options.files;
  const { nodes, events: nodeEvents } = options.nodes;
  const events = createEvents<JobEvents>({ logger });
  const jobs = await createJobComponents({
    store: records.jobStore,
    decisions: records.decisions,
    speeds: await stores.collection({ name: 'speeds', schema: speedDocumentSchema }),
    transfers: await stores.collection({ name: 'transfers', schema: bandwidthDocumentSchema }),
    hub: stores.hub,
    dir: stores.folder.jobs,
    fastPaths: options.fastPaths,
    files,
    apps,
    tables: options.tables,
    broker: () => broker,
    transport,
    nodeStates: nodes.states,
    nodeState: nodes.state,
    resolveNode: options.resolveNode,
    changed: (jobId) => events.emit('changed', jobId),
    removed: (jobId, owner) => events.emit('removed', jobId, owner),
    loadChanged: (nodeId) => events.emit('loadChanged', nodeId),
    limitsOf: options.people.limitsOf,
    hasBrought: fileOwners.has,
    secrets,
    now,
    logger,
  });
  const speeds = createSpeedApi({
    speeds: jobs.speeds,
    apps: () => apps.list(),
    nodeName: (nodeId) => nodes.state(nodeId)?.document.name ?? null,
  });
  const live = createLiveTopic<JobSummary>({
    broker,
    topic: 'live/jobs',
    publish: (message) => broker.publish('live/jobs', {}, message),
    viewsOf: jobs.summaries,
    logger,
  });
  const liveOwn = createLiveOwnJobs({
    broker,
    summaries: jobs.summaries,
    ownerOf: jobs.repository.ownerOf,
    logger,
  });
  const disposers = [
    events.on('changed', live.changed),
    events.on('changed', liveOwn.changed),
    events.on('removed', live.removed),
    events.on('removed', liveOwn.removed),
    nodeEvents.on('changed', jobs.nodeChanged),
    nodeEvents.on('active', jobs.nodeChanged),
    nodeEvents.on('removed', jobs.nodeRemoved),
    nodeEvents.on('lost', jobs.nodeLost),
  ];
  let isStarted = false;

  return {
    name: 'jobs',
    jobs,
    events,
    live: [live, liveOwn],
    mqttAccess: { ownerOfJob: jobs.repository.ownerOf },
    routes(app) {
      jobRoutes(app, { jobs: jobs.api });
      sweepRoutes(app, { sweeps: jobs.sweeps });
      deadLetterRoutes(app, { deadLetters: jobs.deadLetters });
      speedRoutes(app, { speeds });
    },
    agentRoutes: {
      joined(app) {
        const { limitBytes: uploadLimitBytes } = options.uploads;
        agentFileRoutes(app, { files, readable: jobs.files, uploadLimitBytes });
        attemptSecretRoutes(app, {
          secrets,
          job: jobs.repository.find,
          fingerprintOf: (nodeId) => nodes.state(nodeId)?.document.fingerprint,
        });
        unnamedResultRoutes(app, { files, uploadLimitBytes });
      },
    },
    health: () => jobHealth(jobs.api),
    metrics: () => jobMetrics(jobs.api),
    async start() {
      isStarted = true;
      await jobs.start();
      transport.start(jobs.takeReport);
    },
    async stop() {
      for (const dispose of disposers) dispose();
      if (isStarted) await jobs.stop();
    },
  };
}
