import type { JobSummary, JobView, Verification } from '@meshdeck/shared';
import type { JobDocument } from './job-document.js';

function progressOf(job: JobDocument): number {
  if (job.state === 'succeeded') return 1;
  const shares = job.tasks.map((task) =>
    task.state === 'succeeded'
      ? 1
      : (task.attempts.at(-1)?.progress ?? 0) * (task.state === 'queued' ? 0 : 1),
  );
  return shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length);
}

/** What is true of a job at this moment and not kept with it. */
export interface JobNow {
  waitingFor: string | null;
  /** Unix ms */
  waitingSince: number | null;
  predictedFinishAt: number | null;
  /** Of its result, newest first, the one under way too. */
  verifications: readonly Verification[];
}

export function jobSummary(job: JobDocument, current: JobNow): JobSummary {
  const { waitingFor, waitingSince, predictedFinishAt, verifications } = current;
  const attempts = job.tasks.flatMap((task) => task.attempts);
  const last = attempts.reduce<(typeof attempts)[number] | undefined>(
    (newest, attempt) => (newest === undefined || attempt.token > newest.token ? attempt : newest),
    undefined,
  );
  const verified = (verifications[0] ?? job.verdict)?.outcome;
  return {
    id: job.id,
    name: job.name,
    owner: job.owner,
    ownerName: job.ownerName,
    state: job.state,
    app: job.app,
    input: job.input,
    output: job.output,
    rows: job.rows,
    progress: progressOf(job),
    nodeId: last?.nodeId ?? null,
    nodeName: last?.nodeName ?? null,
    attempts: attempts.length,
    shards: Math.max(1, job.tasks.length),
    createdAt: job.createdAt,
    startedAt: job.startedAt,
    finishedAt: job.finishedAt,
    predictedFinishAt,
    waitingFor: job.state === 'queued' ? (waitingFor ?? 'Waits for its turn.') : null,
    ...(job.state === 'queued' && waitingSince !== null && { waitingSince }),
    failure: job.failure,
    ...(job.sweep !== undefined && { sweep: job.sweep }),
    ...(job.verifies !== undefined && { verifies: job.verifies }),
    ...(verified !== undefined && { verified }),
  };
}

export function jobView(job: JobDocument, current: JobNow): JobView {
  const duplicates = job.duplicateReports ?? 0;
  return {
    ...jobSummary(job, current),
    ...(job.source !== undefined && { source: job.source }),
    ...(job.inputs !== undefined && { inputs: job.inputs }),
    options: job.options,
    limits: job.limits,
    ...(job.makesPredictions !== undefined && { makesPredictions: job.makesPredictions }),
    tasks: job.tasks.map(({ retryAt: _retryAt, shard, ...task }) => ({
      ...task,
      input: shard?.file ?? null,
    })),
    droppedReports: job.droppedReports,
    duplicateReports: duplicates,
    lateReports: job.droppedReports - duplicates,
    reading: job.reading ?? null,
    verifications: [...current.verifications],
    verdict: job.verdict ?? null,
  };
}
