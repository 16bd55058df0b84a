import type { JobDocument } from './job-document.js';
import { openAttempts } from './job-life.js';

export interface OwnerLimits {
  /** Whether this job may get its first slot now; one that runs already goes on. */
  mayStart(job: JobDocument): boolean;
  started(job: JobDocument): void;
}

/** Who runs as many jobs as they may at this look; the rest of theirs waits, and others go past it. */
export function countOwners(
  jobs: Iterable<JobDocument>,
  runningLimit: (owner: string) => number | null,
): OwnerLimits {
  const running = new Map<string, Set<string>>();
  const note = ({ owner, id }: JobDocument) => {
    const ids = running.get(owner) ?? new Set();
    running.set(owner, ids.add(id));
  };
  for (const job of jobs) if (job.tasks.some((task) => openAttempts(task).length > 0)) note(job);
  return {
    mayStart({ owner, id }) {
      const limit = runningLimit(owner);
      const ids = running.get(owner);
      return limit === null || ids === undefined || ids.has(id) || ids.size < limit;
    },
    started: note,
  };
}
