import type { JobReport } from '@meshdeck/shared';
import type { Logger } from 'pino';
import type { Amendments } from '../store/finished-job-updates.js';
import type { JobBook } from '../store/job-repository.js';
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
  book: Pick<JobBook, 'find' | 'note' | 'get' | 'settled'>;
  amendments: Pick<Amendments, 'amend'>;
  logger: Logger;
}): { take(jobId: string, report: AttemptReport): void; counts(): DropCounts } {
  const counts: DropCounts = { duplicates: 0, late: 0 };

  function add(kind: DropKind): kind is 'duplicate' | 'late' {
    if (kind === 'expected') return false;
    if (kind === 'duplicate') counts.duplicates += 1;
    else counts.late += 1;
    return true;
  }

  async function takeEnded(jobId: string, report: AttemptReport): Promise<void> {
    // Said twice, it may be what is being written at this moment.
    await options.book.settled(jobId);
    const kind = dropKind(await options.book.get(jobId), report);
    if (add(kind)) await options.amendments.amend(jobId, (job) => countedDrop(job, kind));
  }

  return {
    take(jobId, report) {
      const job = options.book.find(jobId);
      if (job === undefined) {
        takeEnded(jobId, report).catch((error: unknown) => {
          options.logger.warn({ job: jobId, error: String(error) }, 'dropped report not counted');
        });
        return;
      }
      const kind = dropKind(job, report);
      if (add(kind)) options.book.note(countedDrop(job, kind));
    },
    counts: () => ({ ...counts }),
  };
}
