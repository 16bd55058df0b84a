import {
  agentFeatures,
  isFinal,
  type HoldingsMessage,
  type JobReport,
  type JobId,
  type NodeId,
  type PersonId,
} from '@meshdeck/shared';
import type { FastPaths } from '@meshdeck/shared/runtime';
import type { Logger } from 'pino';
import type { AppRepository } from '../apps/app-repository.js';
import { createSlotLedger } from '../capacity/slot-ledger.js';
import type { TableConversions } from '../conversion/index.js';
import type { FileStore } from '../files/types.js';
import type { MqttBroker } from '../mqtt/broker.js';
import type { LostReason, NodeState } from '../nodes/node-state.js';
import type { MachineSnapshot } from '../placement/snapshot.js';
import { createSpeedStore, type SpeedDocument } from '../speeds/index.js';
import type { Collection } from '../stores/documents.js';
import type { DecisionLog } from './store/decision-log.js';
import { createCompletionWaiters } from './completion-waiters.js';
import type { JobStore } from './store/job-store.js';
import { createRunOrders } from './dispatch/run-orders.js';
import { createTableRows } from './dispatch/table-rows.js';
import { createShardFiles } from '../tables/index.js';
import {
  createCachedItems,
  createBandwidthEstimates,
  type BandwidthDocument,
} from '../cache-locality/index.js';
import { createAdmission } from './admission.js';
import { createFinishedJobUpdates } from './store/finished-job-updates.js';
import { createDeadLetters } from './results/dead-letters.js';
import { createDispatcher } from './dispatch/dispatcher.js';
import { createDropCounter } from './attempts/duplicate-reports.js';
import { createFindJob } from './store/find-job.js';
import { createJobRepository } from './store/job-repository.js';
import { createEtaEstimator } from './dispatch/eta.js';
import type { JobDocument, TaskDocument } from './job-document.js';
import { createJobFileLists } from './files/file-lists.js';
import { createJobFolders } from './store/job-folder.js';
import { createJobApi } from './job-api.js';
import { createSweepApi } from './sweeps/sweep-api.js';
import { createLogMessages } from './attempts/log-messages.js';
import { createMachineViews } from './dispatch/machine-views.js';
import { createMoments } from './store/moments.js';
import { createJobDecisions } from './dispatch/job-decisions.js';
import { createJobDrafts } from './submission/draft-job.js';
import { createJobSubmission } from './submission/submit-jobs.js';
import { machineSnapshot, shardMachines, snapshotOf } from './dispatch/machine-snapshots.js';
import { createRuntimeEstimator } from './dispatch/runtime-estimator.js';
import { createBacklog } from './dispatch/backlog.js';
import { createProvenanceService } from './results/provenance-service.js';
import { createAttemptReportHandler } from './attempts/attempt-reports.js';
import { createRunningAttempts, wasSuperseded } from './dispatch/running-attempts.js';
import { createSharding } from './dispatch/sharding.js';
import { stragglers } from './dispatch/stragglers.js';
import { createVerifier } from './results/verifier.js';
import { createLeaseMonitor } from './attempts/lease-monitor.js';
import type { Secrets } from '../secrets/secrets.js';
import type { JobTransport } from '../transport/job-transport.js';

/** Everything that makes a job's life, wired. */
export async function createJobComponents(options: {
  store: JobStore;
  decisions: DecisionLog;
  speeds: Collection<SpeedDocument>;
  transfers: Collection<BandwidthDocument>;
  hub: { id: string; name: string };
  dir: string;
  fastPaths: FastPaths;
  files: FileStore;
  apps: Pick<AppRepository, 'resolve' | 'resolveContent'>;
  tables: Pick<TableConversions, 'take'>;
  broker: () => MqttBroker;
  transport: JobTransport;
  nodeStates: () => NodeState[];
  nodeState: (nodeId: NodeId) => NodeState | undefined;
  resolveNode: (ref: string) => NodeId;
  changed: (jobId: JobId) => void;
  removed: (jobId: JobId, owner: PersonId) => void;
  loadChanged: (nodeId: NodeId) => void;
  /** What one person may take at once; null: any number. */
  limitsOf: (personId: PersonId) => { maxWaitingJobs: number | null; maxRunningJobs: number | null };
  hasBrought: (sha256: string, personId: PersonId) => boolean;
  secrets: Pick<Secrets, 'resolve' | 'requireUsable'>;
  now: () => number;
  logger: Logger;
}) {
  const { files, transport, fastPaths, now, logger, broker } = options;
  const lists = createJobFileLists({ files });
  const folders = createJobFolders(options.dir, options.decisions, { now });
  const completionWaiters = createCompletionWaiters();
  const tableRows = createTableRows();
  const shardFiles = createShardFiles({ files });
  const running = createRunningAttempts();
  const cached = createCachedItems();
  const capacity = createSlotLedger();
  const repository = createJobRepository({
    store: options.store,
    filesOfList: lists.filesOf,
    capacity,
    logger,
    changed: (job) => {
      for (const ended of running.update(job)) if (wasSuperseded(job, ended.id)) estimator.superseded(ended);
      options.changed(job.id);
      completionWaiters.changed(job);
      if (isFinal(job.state)) {
        sharding.ended(job.id);
        verifier.ended(job);
      }
      for (const task of job.tasks) {
        const last = task.attempts.at(-1);
        if (last !== undefined) options.loadChanged(last.nodeId);
      }
    },
    removed: options.removed,
  });
  const find = createFindJob(repository);
  const finishedJobUpdates = createFinishedJobUpdates(repository);
  const drops = createDropCounter({ repository, finishedJobUpdates, logger });
  const admission = createAdmission({
    unfinishedOf: repository.unfinishedOf,
    waitingLimit: (personId) => options.limitsOf(personId).maxWaitingJobs,
  });
  const verifier = createVerifier({
    requireSecrets: options.secrets.requireUsable,
    repository,
    admission,
    find,
    finishedJobUpdates,
    files,
    onCreated: () => sharding.wake(),
    changed: options.changed,
    now,
    logger,
  });
  const speeds = await createSpeedStore({ collection: options.speeds, now, logger });
  for (const job of repository.active()) running.update(job);
  const transfers = await createBandwidthEstimates({ collection: options.transfers, now, logger });
  const { nodeState } = options;
  const estimator = createRuntimeEstimator({ speeds, cached, transfers, running, nodeState, now });
  const snapshot = (job: JobDocument, task?: TaskDocument): MachineSnapshot[] =>
    snapshotOf(options.nodeStates(), capacity.loads(), now(), (state) => estimator.of(state, job, task));
  const remainingOn = (nodeId: NodeId) => [...running.on(nodeId)].map(estimator.remainingMs);
  const ordersAhead = ({ document: { prefetch = 0 } }: NodeState) =>
    fastPaths['orders-ahead'] && prefetch > 0 ? { ordersAhead: prefetch } : {};
  const moments = createMoments({ log: options.decisions, now, logger });
  const views = createMachineViews({
    states: options.nodeStates,
    state: nodeState,
    snapshotOf: (state, job, task) =>
      machineSnapshot(state, capacity.loads().get(state.document.id), now(), {
        ...estimator.of(state, job, task),
        ...ordersAhead(state),
      }),
    remainingOn,
    beginMoment: moments.begin,
    now,
  });
  const endFollowing = capacity.onChanged(views.changed);
  const backlog = createBacklog({ active: repository.active, snapshot, now });
  const eta = createEtaEstimator({ estimator, running, backlog, snapshot, now });
  const runOrder = createRunOrders(
    shardFiles,
    (nodeId) => nodeState(nodeId)?.document.inventory?.features?.includes(agentFeatures.largeOrders) === true,
    fastPaths['remembered-tables'],
  );
  const dispatcher = createDispatcher({
    repository,
    folders,
    transport,
    views,
    runOrder,
    sentOut: estimator.sentOut,
    backlogMs: backlog.besides,
    stragglers: (job) =>
      stragglers(job, now(), {
        predictedMs: ({ id }) => estimator.predictedMs(id),
        queuedMs: backlog.of,
        isIdle: () => repository.queue().next().done === true,
      }),
    waitingChanged: (job) => options.changed(job.id),
    runningLimit: (personId) => options.limitsOf(personId).maxRunningJobs,
    now,
    logger,
  });
  const sharding = createSharding({
    repository,
    files: shardFiles,
    machinesFor: (job) => shardMachines(snapshot(job), job),
    onCounted: tableRows.learn,
    onReady: dispatcher.wake,
    now,
    logger,
  });
  const onSettled = (): void => {
    sharding.wake();
    dispatcher.wake();
  };
  const reportHandler = createAttemptReportHandler({
    repository,
    files,
    lists,
    finishedJobUpdates,
    transport,
    now,
    onCommitted(job, attempt, facts) {
      estimator.learn(job, attempt, facts);
      views.changed(attempt.nodeId);
    },
    onDropped: drops.take,
    onSettled,
    logger,
  });
  const leaseMonitor = createLeaseMonitor({
    repository,
    reportHandler,
    transport,
    runOrder,
    isActive: (nodeId) => options.nodeState(nodeId)?.presence === 'active',
    logger,
  });
  const decisions = createJobDecisions({ folders, moments, waiting: dispatcher.waiting });
  const submission = createJobSubmission({
    repository,
    find,
    finishedJobUpdates,
    draft: createJobDrafts({
      files,
      apps: options.apps,
      tables: options.tables,
      resolveNode: options.resolveNode,
      rowsOf: fastPaths['table-rows'] ? tableRows.of : () => undefined,
      hasBrought: options.hasBrought,
      secretsOf: options.secrets.resolve,
      now,
    }),
    apps: options.apps,
    admission,
    dispatcher,
    sharding,
    completionWaiters,
    now,
  });
  const api = createJobApi({
    repository,
    find,
    verifier,
    submission,
    finishedJobUpdates,
    folders,
    decisions,
    provenance: createProvenanceService({
      hub: options.hub,
      decisions: decisions.of,
      files,
      lists,
      nodeState: options.nodeState,
      verifier,
      now,
    }),
    dropped: drops.counts,
    files,
    lists,
    dispatcher,
    completionWaiters,
    transport,
    finishAt: eta.finishAt,
    now,
  });

  const deadLetters = createDeadLetters({
    repository,
    find,
    finishedJobUpdates,
    summaryOf: api.summary,
    rerun: api.rerun,
    unreadableMessages: () => transport.unreadableMessages(),
    now,
  });

  const takeLog = createLogMessages({ repository, folders, broker });

  const sweeps = createSweepApi({ repository, submission, cancelJob: api.cancel, now });

  return {
    api,
    sweeps,
    speeds,
    deadLetters,
    repository,
    /** What is reserved on which machine. */
    capacity,
    /** What machines may fetch: every file, and the parts of tables that are being worked on. */
    files: shardFiles,
    summaries: (ids: ReadonlySet<JobId>) =>
      Promise.all([...ids].map((id) => repository.get(id))).then((jobs) =>
        jobs.flatMap((job) => (job === null ? [] : api.summary(job))),
      ),
    wake: dispatcher.wake,
    /** What is known of a machine. */
    nodeChanged(nodeId: NodeId): void {
      views.changed(nodeId);
      dispatcher.wake();
    },
    async takeReport(nodeId: NodeId, report: JobReport): Promise<void> {
      if (report.type === 'holding') await leaseMonitor.nodeHolds(nodeId, report);
      else await reportHandler.take(nodeId, report);
    },
    /** How much of this package a machine has at hand. */
    heldOf(nodeId: NodeId, bundleSha256: string): 'loaded' | 'package' | 'nothing' {
      if (cached.holds(nodeId, 'model', bundleSha256)) return 'loaded';
      return cached.holds(nodeId, 'bundle', bundleSha256) ? 'package' : 'nothing';
    },
    nodeRemoved(nodeId: NodeId): void {
      cached.forget(nodeId);
      views.changed(nodeId);
    },
    takeHoldings(nodeId: NodeId, message: HoldingsMessage): void {
      cached.take(nodeId, message);
      views.changed(nodeId);
    },
    takeLog,
    async nodeLost(nodeId: NodeId, reason: LostReason): Promise<void> {
      const name = options.nodeState(nodeId)?.document.name ?? nodeId;
      await leaseMonitor.nodeLost(nodeId, name, reason);
      dispatcher.wake();
    },
    async start(): Promise<void> {
      leaseMonitor.start();
      sharding.start();
      dispatcher.start();
      await verifier.start();
    },
    async stop(): Promise<void> {
      leaseMonitor.stop();
      await verifier.stop();
      await sharding.stop();
      completionWaiters.stop();
      await dispatcher.stop();
      endFollowing();
      views.stop();
      await moments.settled();
      await speeds.stop();
      await transfers.stop();
    },
  };
}
export type JobComponents = Awaited<ReturnType<typeof createJobComponents>>;
