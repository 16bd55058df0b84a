import {
  MeshdeckError,
  shortAttemptId,
  type AttemptId,
  type LogMessage,
  type LogPage,
} from '@meshdeck/shared';
import type { JobDocument } from './job-document.js';
import type { JobLogQuery } from './job-query.js';
import type { FindJob } from './store/find-job.js';
import type { JobFolders } from './store/job-folder.js';

/** What a job's attempts printed. Both throw `not-found`. */
export interface JobLogs {
  /** A page, of one attempt (its id, or `part-number`) or of all. */
  logs(id: string, query: JobLogQuery): Promise<LogPage>;
  /** The whole, read as it is taken. */
  allLogs(id: string, attempt?: string): Promise<AsyncIterable<LogMessage>>;
}

/** The whole id of an attempt that is named by it or by its end. */
function attemptOf(job: JobDocument, attempt: string | undefined): AttemptId | undefined {
  if (attempt === undefined) return undefined;
  const ids = job.tasks.flatMap((task) => task.attempts.map((one) => one.id));
  const known = ids.find((one) => one === attempt || shortAttemptId(one) === attempt);
  if (known !== undefined) return known;
  throw new MeshdeckError(
    'not-found',
    `The job has no attempt ${attempt}. "meshdeck jobs show ${job.id}" shows those it has.`,
  );
}

export function createJobLogs({
  find,
  folders,
}: {
  find: FindJob;
  folders: Pick<JobFolders, 'logs' | 'allLogs'>;
}): JobLogs {
  return {
    async logs(id, { attempt, ...query }) {
      const job = await find(id);
      return folders.logs(job.id, { ...query, attemptId: attemptOf(job, attempt) });
    },

    async allLogs(id, attempt) {
      const job = await find(id);
      return folders.allLogs(job.id, attemptOf(job, attempt));
    },
  };
}
