import type { JobSummary, JobView } from '@meshdeck/shared';
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

/** What is true of an unfinished job at this moment. */
export interface JobNow {
  waitingFor: string | null;
  predictedFinishAt: number | null;
}

export function jobSummary(job: JobDocument, { waitingFor, predictedFinishAt }: JobNow): JobSummary {
  const attempts = job.tasks.flatMap((task) => task.attempts);
  const last = attempts.reduce<(typeof attempts)[number] | undefined>(
    (newest, attempt) => (newest === undefined || attempt.token > newest.token ? attempt : newest),
    undefined,
  );
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
    failure: job.failure,
  };
}

export function jobView(job: JobDocument, current: JobNow): JobView {
  return {
    ...jobSummary(job, current),
    options: job.options,
    limits: job.limits,
    tasks: job.tasks.map(({ retryAt: _retryAt, shard, ...task }) => ({
      ...task,
      input: shard?.file ?? null,
    })),
    droppedReports: job.droppedReports,
  };
}
