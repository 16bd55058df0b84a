import { isFinal, parseAttemptId, type JobId } from '@meshdeck/shared';
import { jobEtaMs, type EtaSlot } from '../../placement/job-eta.js';
import { busy as merelyBusy, couldTake } from '../../placement/infeasibility.js';
import { loadFactorOf } from '../../placement/predicted-finish.js';
import type { MachineSnapshot, TaskNeeds } from '../../placement/snapshot.js';
import type { JobDocument } from '../job-document.js';
import type { RuntimeEstimator } from './runtime-estimator.js';
import type { Backlog } from './backlog.js';
import type { RunningAttempts } from './running-attempts.js';
import { taskNeeds } from './task-needs.js';

/** A page that is looked at by many asks once. */
const freshMs = 500;
const mostKept = 2000;

/** When jobs should be done. */
export interface EtaEstimator {
  /** Unix ms; null where the speeds are not known, the table is not cut yet, or the job has ended. */
  finishAt(job: JobDocument): number | null;
}

export function createEtaEstimator(options: {
  estimator: RuntimeEstimator;
  running: RunningAttempts;
  backlog: Backlog;
  snapshot: (job: JobDocument) => MachineSnapshot[];
  now: () => number;
}): EtaEstimator {
  const { estimator, running, now } = options;
  const known = new Map<JobId, { at: number; finishAt: number | null }>();

  function slotsOf(machine: MachineSnapshot, needs: TaskNeeds): EtaSlot[] {
    const { prediction, slotsTotal, bytesPerSecond, coldBytes = 0 } = machine;
    if (prediction == null || !couldTake(machine, needs, merelyBusy)) return [];
    const busy = [...running.on(machine.id)].map((attempt) => estimator.remainingMs(attempt));
    const slow = loadFactorOf(machine);
    const transferMs = bytesPerSecond == null ? 0 : (1000 * coldBytes) / bytesPerSecond;
    return Array.from({ length: slotsTotal }, (_, index) => {
      // Of a slot whose end is unknown it is not known when it comes free: it takes no part.
      const freeInMs = index < busy.length ? (busy[index] ?? Infinity) : 0;
      return {
        freeInMs,
        rowsPerSecond: prediction.rowsPerSecond / slow,
        overheadMs: transferMs + slow * prediction.overheadMs,
      };
    });
  }

  function finishMs(job: JobDocument): number | null {
    const [first] = job.tasks;
    if (first === undefined || job.state === 'merging') return null;
    const ids = new Set(job.tasks.flatMap(({ attempts }) => attempts.map(({ nodeId }) => nodeId)));
    const own = [...ids]
      .flatMap((nodeId) => [...running.on(nodeId)])
      .filter(({ id }) => parseAttemptId(id).jobId === job.id);
    const queued = job.tasks.filter(({ state }) => state === 'queued');
    // A part that runs twice is done when the first of the two is.
    const byTask = new Map<number, number | null>();
    for (const attempt of own) {
      const { task } = parseAttemptId(attempt.id);
      const ms = estimator.remainingMs(attempt);
      const other = byTask.get(task);
      byTask.set(task, other == null ? ms : ms === null ? other : Math.min(other, ms));
    }
    const needs = taskNeeds(job, queued[0] ?? first);
    return jobEtaMs({
      remainingMs: [...byTask.values()],
      queuedRows: queued.map(({ rows }) => rows),
      slots:
        queued.length === 0
          ? []
          : options
              .snapshot(job)
              .flatMap((machine) => slotsOf(machine, needs))
              .filter(({ freeInMs }) => Number.isFinite(freeInMs)),
      aheadMs: queued.length === 0 ? 0 : options.backlog.before(job),
    });
  }

  return {
    finishAt(job) {
      if (isFinal(job.state)) return null;
      const before = known.get(job.id);
      if (before !== undefined && now() - before.at < freshMs) return before.finishAt;
      const ms = finishMs(job);
      const finishAt = ms === null ? null : Math.round(now() + ms);
      known.delete(job.id);
      known.set(job.id, { at: now(), finishAt });
      for (const id of known.keys()) {
        if (known.size <= mostKept) break;
        known.delete(id);
      }
      return finishAt;
    },
  };
}
