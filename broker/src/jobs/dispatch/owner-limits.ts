import type { JobId, PersonId } from '@meshdeck/shared';

interface OwnedJob {
  id: JobId;
  owner: PersonId;
}

interface OwnerLimits {
  /** Whether this job may get its first slot now; one that runs already goes on. */
  mayStart(job: OwnedJob): boolean;
  started(job: OwnedJob): void;
}

/**
 * Who runs as many jobs as they may at this look; the rest of theirs waits, and others go past it. `underWay` are the
 * jobs with an attempt under way; they are gone through once somebody comes who has a limit.
 */
export function countOwners(
  underWay: () => Iterable<OwnedJob>,
  runningLimit: (owner: PersonId) => number | null,
): OwnerLimits {
  const begun: OwnedJob[] = [];
  let running: Map<PersonId, Set<JobId>> | undefined;

  function count(): Map<PersonId, Set<JobId>> {
    const counted = new Map<PersonId, Set<JobId>>();
    for (const job of underWay()) note(counted, job);
    for (const job of begun) note(counted, job);
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
      if (running === undefined) begun.push(job);
      else note(running, job);
    },
  };
}

function note(running: Map<PersonId, Set<JobId>>, { owner, id }: OwnedJob): void {
  running.set(owner, (running.get(owner) ?? new Set()).add(id));
}
