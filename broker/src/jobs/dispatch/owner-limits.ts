import type { JobDocument } from '../job-document.js';
import { openAttempts } from '../attempts/job-state-machine.js';

export interface OwnerLimits {
  /** Whether this job may get its first slot now; one that runs already goes on. */
  mayStart(job: JobDocument): boolean;
  started(job: JobDocument): void;
}

/**
 * Who runs as many jobs as they may at this look; the rest of theirs waits, and others go past it. `jobs` are gone
 * through once somebody comes who has a limit.
 */
export function countOwners(
  jobs: () => Iterable<JobDocument>,
  runningLimit: (owner: string) => number | null,
): OwnerLimits {
  let running: Map<string, Set<string>> | undefined;

  function count(): Map<string, Set<string>> {
    const counted = new Map<string, Set<string>>();
    for (const job of jobs()) if (job.tasks.some((task) => openAttempts(task).length > 0)) note(counted, job);
    return counted;
  }

  return {
    mayStart({ owner, id }) {
      const limit = runningLimit(owner);
      if (limit === null) return true;
      running ??= count();
      const ids = running.get(owner);
      return ids === undefined || ids.has(id) || ids.size < limit;
    },
    started(job) {
      if (running !== undefined) note(running, job);
    },
  };
}

function note(running: Map<string, Set<string>>, { owner, id }: JobDocument): void {
  running.set(owner, (running.get(owner) ?? new Set()).add(id));
}
