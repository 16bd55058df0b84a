import { isFinal, topics, type LogMessage, type Report } from '@meshdeck/shared';
import type { Logger } from 'pino';
import type { AppRepository } from '../apps/app-repository.js';
import type { FileStore } from '../files/types.js';
import type { MqttBroker } from '../mqtt/broker.js';
import { isCloned, scoreOfNode } from '../nodes/node-view.js';
import type { LostReason, NodeState } from '../nodes/node-state.js';
import type { ShardMachine } from '../placement/shard-plan.js';
import type { MachineSnapshot, SpeedPrediction } from '../placement/snapshot.js';
import { createSpeedBook, type SpeedDocument } from '../speeds/index.js';
import type { Collection } from '../stores/documents.js';
import type { DecisionLog } from './decision-log.js';
import { createJobEndings } from './job-endings.js';
import type { JobStore } from './job-store.js';
import { createRunOrders } from './orders.js';
import { withPrefetch } from './prefetch.js';
import { createTableRows } from './table-rows.js';
import { createShardFiles } from '../tables/index.js';
import { createDispatcher } from './dispatcher.js';
import { createJobBook, type NodeLoad } from './job-book.js';
import type { JobDocument } from './job-document.js';
import { createJobFolders } from './job-folder.js';
import { createJobServices } from './job-services.js';
import { createOutlook } from './outlook.js';
import { createReportDesk } from './reports.js';
import { createSharding } from './sharding.js';
import { createAttemptWatch } from './watch.js';
import type { JobTransport } from './transport.js';

/** The machines as placement sees them at this moment. */
export function snapshotOf(
  states: readonly NodeState[],
  loads: ReadonlyMap<string, NodeLoad>,
  now: number,
  predict: (state: NodeState) => SpeedPrediction | null = () => null,
): MachineSnapshot[] {
  return states.map((state): MachineSnapshot => {
    const { document, metrics } = state;
    const load = loads.get(document.id);
    const heartbeatAt = state.metricsAt;
    return {
      id: document.id,
      name: document.name,
      membership: document.membership,
      presence: state.presence,
      scheduling: document.scheduling,
      clonedIdentity: isCloned(state, now),
      labels: document.labels,
      slotsTotal: document.slotsTotal,
      slotsBusy: load?.slotsBusy ?? 0,
      heartbeatAt,
      placedSinceHeartbeat: load?.placedAt.filter((at) => at > (heartbeatAt ?? 0)).length ?? 0,
      freeRamBytes: metrics?.freeRamBytes ?? null,
      gpus: document.inventory?.gpus.length ?? 0,
      runtimes: document.inventory?.runtimes ?? null,
      protection: document.inventory?.protection?.level ?? null,
      score: scoreOfNode(state),
      prediction: predict(state),
      freeCpuPercent: metrics?.freeCpuPercent ?? null,
      ...(metrics !== null && { slotsBusyAtHeartbeat: metrics.slotsBusy }),
    };
  });
}

/** Who could take a part of this job's table, and how fast, by score while nothing better is known. */
function shardMachines(machines: readonly MachineSnapshot[], job: JobDocument): ShardMachine[] {
  const able = machines
    .filter(
      ({ membership, presence, scheduling, runtimes, clonedIdentity }) =>
        membership === 'joined' &&
        presence === 'active' &&
        scheduling === 'open' &&
        !clonedIdentity &&
        (runtimes?.[job.app.runtime] ?? null) !== null,
    )
    .map(({ id, slotsTotal, score, prediction }) => ({
      nodeId: id,
      slots: slotsTotal,
      score: score?.score ?? 0,
      prediction: prediction ?? null,
    }));
  // Speeds and scores are no measures of each other: one kind for all.
  const allKnown = able.every(({ prediction }) => prediction !== null);
  return able.map(({ nodeId, slots, score, prediction }) => ({
    nodeId,
    slots,
    rowsPerSecond: allKnown ? (prediction?.rowsPerSecond ?? 0) : score,
    ...(allKnown && prediction !== null && { overheadMs: prediction.overheadMs }),
  }));
}

/** Everything that makes a job's life, wired. */
export async function createJobParts(options: {
  store: JobStore;
  decisions: DecisionLog;
  speeds: Collection<SpeedDocument>;
  dir: string;
  files: FileStore;
  apps: Pick<AppRepository, 'resolve'>;
  broker: () => MqttBroker;
  transport: JobTransport;
  nodeStates: () => NodeState[];
  nodeState: (nodeId: string) => NodeState | undefined;
  resolveNode: (ref: string) => string;
  changed: (jobId: string) => void;
  removed: (jobId: string) => void;
  loadChanged: (nodeId: string) => void;
  now: () => number;
  logger: Logger;
}) {
  const { files, transport, now, logger, broker } = options;
  const folders = createJobFolders(options.dir, options.decisions);
  const endings = createJobEndings();
  const tableRows = createTableRows();
  const shardFiles = createShardFiles({ files });
  const book = createJobBook({
    store: options.store,
    logger,
    changed: (job) => {
      options.changed(job.id);
      endings.changed(job);
      if (isFinal(job.state)) sharding.ended(job.id);
      for (const task of job.tasks) {
        const last = task.attempts.at(-1);
        if (last !== undefined) options.loadChanged(last.nodeId);
      }
    },
    removed: options.removed,
  });
  const speeds = await createSpeedBook({ collection: options.speeds, now, logger });
  const outlook = createOutlook({ speeds, nodeState: options.nodeState });
  const snapshot = (job: JobDocument): MachineSnapshot[] =>
    snapshotOf(options.nodeStates(), book.loads(), now(), (state) =>
      outlook.predict(state, job.app.bundle.sha256),
    );
  const runOrder = createRunOrders(shardFiles);
  const dispatcher = createDispatcher({
    book,
    folders,
    transport,
    snapshot: (job, task) =>
      withPrefetch(snapshot(job), task.rows, (nodeId) => options.nodeState(nodeId)?.document.prefetch ?? 0),
    runOrder,
    sentOut: outlook.sentOut,
    waitingChanged: (job) => options.changed(job.id),
    now,
    logger,
  });
  const sharding = createSharding({
    book,
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
  const desk = createReportDesk({
    book,
    files,
    transport,
    now,
    onCommitted: outlook.learn,
    onSettled,
    logger,
  });
  const watch = createAttemptWatch({
    book,
    desk,
    transport,
    runOrder,
    isActive: (nodeId) => options.nodeState(nodeId)?.presence === 'active',
    now,
    logger,
  });
  const services = createJobServices({
    book,
    folders,
    files,
    resolveApp: options.apps.resolve,
    resolveNode: options.resolveNode,
    dispatcher,
    sharding,
    endings,
    rowsOf: tableRows.of,
    transport,
    now,
  });

  /** A machine speaks only of attempts that were given to it. */
  function holds(nodeId: string, attemptId: string): boolean {
    const job = book.find(attemptId.slice(0, 10));
    return (
      job?.tasks.some((task) =>
        task.attempts.some((attempt) => attempt.id === attemptId && attempt.nodeId === nodeId),
      ) ?? false
    );
  }

  return {
    services,
    book,
    /** What machines may fetch: every file, and the parts of tables that are being worked on. */
    files: shardFiles,
    summaries: (ids: ReadonlySet<string>) =>
      Promise.all([...ids].map((id) => book.get(id))).then((jobs) =>
        jobs.flatMap((job) => (job === null ? [] : services.summary(job))),
      ),
    wake: dispatcher.wake,
    async takeReport(nodeId: string, report: Report): Promise<void> {
      if (report.type === 'holding') await watch.nodeHolds(nodeId, report);
      else await desk.take(nodeId, report);
    },
    async takeLog(nodeId: string, message: LogMessage): Promise<void> {
      if (!holds(nodeId, message.attemptId)) return;
      const jobId = message.attemptId.slice(0, 10);
      await folders.addLog(jobId, message);
      const topic = topics.liveJobLogs(jobId);
      if (broker().hasListeners(topic)) await broker().publish(topic, message);
    },
    async nodeLost(nodeId: string, reason: LostReason): Promise<void> {
      const name = options.nodeState(nodeId)?.document.name ?? nodeId;
      await watch.nodeLost(nodeId, name, reason);
      dispatcher.wake();
    },
    start(): void {
      watch.start();
      sharding.start();
      dispatcher.start();
    },
    async stop(): Promise<void> {
      watch.stop();
      await sharding.stop();
      endings.stop();
      await dispatcher.stop();
      await speeds.stop();
    },
  };
}
export type JobParts = Awaited<ReturnType<typeof createJobParts>>;
