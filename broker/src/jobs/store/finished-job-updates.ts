import { isFinal, type JobId } from '@meshdeck/shared';
import { createMutex } from '@meshdeck/shared/runtime';
import type { JobRepository } from './job-repository.js';
import type { JobDocument } from '../job-document.js';

/** Changes to jobs that have ended, one at a time, so that none undoes another or brings a removed job back. */
export interface FinishedJobUpdates {
  /** `change` gets the job as it is then, and answers null to leave it; resolves with what is on disk, null without it. */
  amend(jobId: JobId, change: (job: JobDocument) => JobDocument | null): Promise<JobDocument | null>;
  remove(jobId: JobId): Promise<void>;
}

export function createFinishedJobUpdates(
  repository: Pick<JobRepository, 'get' | 'settled' | 'amend' | 'remove'>,
): FinishedJobUpdates {
  const inTurn = createMutex();
  return {
    amend: (jobId, change) =>
      inTurn(async () => {
        // Its end may be on its way to the disk.
        await repository.settled(jobId);
        const job = await repository.get(jobId);
        if (job === null || !isFinal(job.state)) return null;
        const next = change(job);
        if (next === null) return job;
        await repository.amend(next);
        return next;
      }),
    remove: (jobId) => inTurn(() => repository.remove(jobId)),
  };
}
