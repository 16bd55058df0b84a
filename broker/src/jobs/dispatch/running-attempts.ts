import type { AttemptId, JobId, NodeId } from '@meshdeck/shared';
import type { JobDocument } from '../job-document.js';
import { openAttempts } from '../attempts/job-state-machine.js';

/** An attempt that holds a slot. */
export interface RunningAttempt {
  id: AttemptId;
  nodeId: NodeId;
  bundleSha256: string;
  rows: number | null;
  placedAt: number;
  /** 0..1 */
  progress: number;
}

/** It was stopped because another attempt of its task had the result first. */
export function wasSuperseded({ tasks }: JobDocument, attemptId: AttemptId): boolean {
  return tasks.some(
    ({ state, attempts }) =>
      state === 'succeeded' && attempts.some(({ id, state: how }) => id === attemptId && how === 'cancelled'),
  );
}

/** The open attempts by machine, kept by what each change of a job tells. */
export interface RunningAttempts {
  /** Gives back the attempts that were open before and are not any more. */
  update(job: JobDocument): RunningAttempt[];
  on(nodeId: NodeId): Iterable<RunningAttempt>;
}

export function createRunningAttempts(): RunningAttempts {
  const byJob = new Map<JobId, RunningAttempt[]>();
  const byNode = new Map<NodeId, Map<AttemptId, RunningAttempt>>();
  return {
    update(job) {
      const before = byJob.get(job.id) ?? [];
      for (const { id, nodeId } of before) byNode.get(nodeId)?.delete(id);
      const open = job.tasks.flatMap((task) =>
        openAttempts(task).map(({ id, nodeId, placedAt, progress }): RunningAttempt => ({
          ...{ id, nodeId, placedAt, progress, rows: task.rows },
          bundleSha256: job.app.bundle.sha256,
        })),
      );
      for (const attempt of open) {
        const there = byNode.get(attempt.nodeId) ?? new Map<AttemptId, RunningAttempt>();
        byNode.set(attempt.nodeId, there.set(attempt.id, attempt));
      }
      if (open.length === 0) byJob.delete(job.id);
      else byJob.set(job.id, open);
      const still = new Set(open.map(({ id }) => id));
      return before.filter(({ id }) => !still.has(id));
    },
    on: (nodeId) => byNode.get(nodeId)?.values() ?? [],
  };
}
