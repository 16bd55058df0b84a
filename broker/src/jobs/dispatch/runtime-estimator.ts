import type { AttemptFacts, AttemptId, NodeId, Prediction } from '@meshdeck/shared';
import type { NodeState } from '../../nodes/node-state.js';
import { remainingMs, slotsFreeInMs } from '../../placement/queue-ahead.js';
import { minProgressForPace } from '../../placement/told-progress.js';
import type { MachineEstimates } from '../../placement/snapshot.js';
import type { MachineIdentity, SpeedStore } from '../../speeds/index.js';
import type { CachedItems, BandwidthEstimates } from '../../cache-locality/index.js';
import type { AttemptDocument, JobDocument, TaskDocument } from '../job-document.js';
import { fetchedFiles } from './run-orders.js';
import type { RunningAttempt, RunningAttempts } from './running-attempts.js';
import { createSlotUtilisation } from './slot-utilisation.js';

/** Attempts that end without a result leave theirs behind: the oldest go. */
const sentKept = 10_000;

/** What earlier runs tell of how long the next will take. */
export interface RuntimeEstimator {
  /** Of a job's task on a machine; without the task, of what holds for all of the job's tasks. */
  of(state: NodeState, job: JobDocument, task?: TaskDocument): MachineEstimates;
  /** What was foreseen for an attempt when it was sent out, in ms. */
  predictedMs(attemptId: AttemptId): number | null;
  /** What an attempt still needs, in ms; null where nothing tells. */
  remainingMs(attempt: RunningAttempt): number | null;
  /** Placement foresaw this for the attempt it sent out. */
  sentOut(attemptId: AttemptId, prediction: Prediction | null): void;
  learn(job: JobDocument, attempt: AttemptDocument, facts: AttemptFacts): void;
  /** A second attempt was sooner: how far this one came tells its machine's speed too. */
  superseded(attempt: RunningAttempt): void;
}

/** Machines of one CPU model and as many cores run a model equally fast. */
function identityOf({ document }: NodeState): MachineIdentity {
  const { inventory, benchmark, slotsTotal } = document;
  return {
    nodeId: document.id,
    machineClass: inventory === null ? document.id : `${inventory.cpuModel} x ${inventory.coresLogical}`,
    eventsPerSecond: benchmark === null ? null : benchmark.eventsPerSecond / Math.max(1, slotsTotal),
  };
}

export function createRuntimeEstimator(options: {
  speeds: SpeedStore;
  cached: CachedItems;
  transfers: BandwidthEstimates;
  running: RunningAttempts;
  nodeState: (nodeId: NodeId) => NodeState | undefined;
  now: () => number;
}): RuntimeEstimator {
  const { speeds, cached, transfers, running, now } = options;
  const sent = new Map<AttemptId, Prediction>();
  const slotUtilisation = createSlotUtilisation();

  /** As it was foreseen; after a restart of the hub, as it would be foreseen now. */
  function predictedMs({ id, nodeId, bundleSha256, rows }: RunningAttempt): number | null {
    const prediction = sent.get(id);
    if (prediction !== undefined) return prediction.finishMs;
    const state = options.nodeState(nodeId);
    if (state === undefined || rows === null) return null;
    const speed = speeds.predict({ ...identityOf(state), bundleSha256 });
    return speed === null ? null : speed.overheadMs + (1000 * rows) / speed.rowsPerSecond;
  }

  const remaining = (attempt: RunningAttempt) =>
    remainingMs({
      predictedMs: predictedMs(attempt),
      elapsedMs: Math.max(0, now() - attempt.placedAt),
      progress: attempt.progress,
    });

  /** Only a machine without a free slot is asked when one comes free. */
  function slotsFree({ document: { id, slotsTotal } }: NodeState): number[] | undefined {
    const attempts = [...running.on(id)];
    return attempts.length < slotsTotal ? undefined : slotsFreeInMs(slotsTotal, attempts.map(remaining));
  }

  return {
    of(state, job, task) {
      const { id } = state.document;
      const { bundle, runtime } = job.app;
      const coldFiles = fetchedFiles(job, task).filter(({ sha256 }) => !cached.holds(id, 'file', sha256));
      const coldBytes =
        (cached.holds(id, 'bundle', bundle.sha256) ? 0 : bundle.bytes) +
        coldFiles.reduce((sum, { bytes }) => sum + bytes, 0);
      const freeInMs = slotsFree(state);
      return {
        prediction: speeds.predict({ ...identityOf(state), bundleSha256: bundle.sha256 }),
        coldBytes,
        bytesPerSecond: transfers.bytesPerSecond(id),
        slotUtilisation: slotUtilisation.of(id, bundle.sha256),
        warm: cached.holds(id, runtime === 'onnx' ? 'model' : 'environment', bundle.sha256),
        ...(freeInMs !== undefined && { slotsFreeInMs: freeInMs }),
      };
    },

    predictedMs: (attemptId) => sent.get(attemptId)?.finishMs ?? null,
    remainingMs: remaining,

    sentOut(attemptId, prediction) {
      if (prediction === null) return;
      sent.set(attemptId, prediction);
      for (const id of sent.keys()) {
        if (sent.size <= sentKept) break;
        sent.delete(id);
      }
    },

    superseded({ id, nodeId, bundleSha256, rows, placedAt, progress }) {
      const state = options.nodeState(nodeId);
      const prediction = sent.get(id);
      sent.delete(id);
      if (state === undefined || rows === null || progress < minProgressForPace) return;
      const runMs = now() - placedAt - (prediction?.transferMs ?? 0);
      speeds.record({
        ...identityOf(state),
        ...{ bundleSha256, rows: rows * progress, runMs: Math.max(1, runMs) },
        ...(prediction !== undefined && { loadFactor: prediction.loadFactor }),
      });
    },

    learn(job, attempt, facts) {
      const prediction = sent.get(attempt.id);
      sent.delete(attempt.id);
      const task = job.tasks.find(({ attempts }) => attempts.some(({ id }) => id === attempt.id));
      const { nodeId } = attempt;
      const { sha256 } = job.app.bundle;
      cached.presume(nodeId, 'bundle', sha256);
      for (const { sha256: file } of fetchedFiles(job, task)) cached.presume(nodeId, 'file', file);
      transfers.record({ nodeId, bytes: facts.fetchedBytes ?? 0, ms: facts.fetchMs });
      const state = options.nodeState(nodeId);
      if (state === undefined || facts.rows === null || facts.rows === 0) return;
      // What it waited for orders before it on the machine says nothing of its own time.
      const waitMs = facts.waitMs ?? 0;
      const tookMs = Math.max(1, (attempt.finishedAt ?? now()) - attempt.placedAt - waitMs);
      if (facts.warm) slotUtilisation.learn(nodeId, sha256, facts, tookMs);
      const startMs = facts.warm ? undefined : facts.startMs;
      speeds.record({
        ...identityOf(state),
        bundleSha256: sha256,
        rows: facts.rows,
        // All between the order and the committed result but what placement counts by itself.
        runMs: Math.max(1, tookMs - facts.fetchMs - (startMs ?? 0)),
        ...(startMs !== undefined && { startMs }),
        ...(prediction !== undefined && {
          loadFactor: prediction.loadFactor,
          error: prediction.finishMs / tookMs - 1,
        }),
      });
    },
  };
}
