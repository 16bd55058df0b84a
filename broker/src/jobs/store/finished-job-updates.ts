import { isFinal } from '@meshdeck/shared';
import type { JobBook } from './job-repository.js';
import type { JobDocument } from '../job-document.js';

/** Changes to jobs that have ended, one at a time, so that none undoes another or brings a removed job back. */
export interface Amendments {
  /** `change` gets the job as it is then, and answers null to leave it; resolves with what is on disk, null without it. */
  amend(jobId: string, change: (job: JobDocument) => JobDocument | null): Promise<JobDocument | null>;
  remove(jobId: string): Promise<void>;
}

export function createAmendments(book: Pick<JobBook, 'get' | 'settled' | 'amend' | 'remove'>): Amendments {
  let tail: Promise<unknown> = Promise.resolve();
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = tail.then(work, work);
    tail = turn.catch(() => undefined);
    return turn;
  }
  return {
    amend: (jobId, change) =>
      inTurn(async () => {
        // Its end may be on its way to the disk.
        await book.settled(jobId);
        const job = await book.get(jobId);
        if (job === null || !isFinal(job.state)) return null;
        const next = change(job);
        if (next === null) return job;
        await book.amend(next);
        return next;
      }),
    remove: (jobId) => inTurn(() => book.remove(jobId)),
  };
}
