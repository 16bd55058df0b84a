import type { JobId, JobReport } from '@meshdeck/shared';
import type { Logger } from 'pino';
import type { FinishedJobUpdates } from '../store/finished-job-updates.js';
import type { JobRepository } from '../store/job-repository.js';
import type { JobDocument } from '../job-document.js';

type AttemptReport = Exclude<JobReport, { type: 'holding' }>;

/**
 * `duplicate`: the attempt's end was told and taken before. `late`: it comes from an attempt that the hub had given up
 * or no longer needed. `expected`: nothing was lost or doubled, such as a machine's word that it stopped what it was
 * told to stop.
 */
export type DropKind = 'duplicate' | 'late' | 'expected';

/** What kind of report it is that does not count; `job` is null where the hub has no such job any more. */
export function dropKind(job: JobDocument | null, report: AttemptReport): DropKind {
  if (report.type === 'cancelled' || report.type === 'phase' || report.type === 'progress') return 'expected';
  const attempt = job?.tasks
    .flatMap((task) => task.attempts)
    .find(({ id, token }) => id === report.attemptId && token === report.token);
  return attempt !== undefined && attempt.state === report.type ? 'duplicate' : 'late';
}

/** Reports dropped since the hub started. */
export interface DropCounts {
  duplicates: number;
  late: number;
}

export function countedDrop(job: JobDocument, kind: 'duplicate' | 'late'): JobDocument {
  return {
    ...job,
    droppedReports: job.droppedReports + 1,
    duplicateReports: (job.duplicateReports ?? 0) + (kind === 'duplicate' ? 1 : 0),
  };
}

/** Counts what was dropped: with the job, also when it has ended, and for the hub since its start. */
export function createDropCounter(options: {
  repository: Pick<JobRepository, 'find' | 'note' | 'get' | 'settled'>;
  finishedJobUpdates: Pick<FinishedJobUpdates, 'amend'>;
  logger: Logger;
}): { take(jobId: JobId, report: AttemptReport): void; counts(): DropCounts } {
  const counts: DropCounts = { duplicates: 0, late: 0 };

  function add(kind: DropKind): kind is 'duplicate' | 'late' {
    if (kind === 'expected') return false;
    if (kind === 'duplicate') counts.duplicates += 1;
    else counts.late += 1;
    return true;
  }

  async function takeEnded(jobId: JobId, report: AttemptReport): Promise<void> {
    // Said twice, it may be what is being written at this moment.
    await options.repository.settled(jobId);
    const kind = dropKind(await options.repository.get(jobId), report);
    if (add(kind)) await options.finishedJobUpdates.amend(jobId, (job) => countedDrop(job, kind));
  }

  return {
    take(jobId, report) {
      const job = options.repository.find(jobId);
      if (job === undefined) {
        takeEnded(jobId, report).catch((error: unknown) => {
          options.logger.warn({ job: jobId, error: String(error) }, 'dropped report not counted');
        });
        return;
      }
      const kind = dropKind(job, report);
      if (add(kind)) options.repository.note(countedDrop(job, kind));
    },
    counts: () => ({ ...counts }),
  };
}
