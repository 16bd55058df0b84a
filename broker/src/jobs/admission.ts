import { MeshdeckError } from '@meshdeck/shared';
import type { JobDocument } from './job-document.js';

export interface Admission {
  /**
   * Before so many jobs are begun for this person, in the same moment as they are taken in: many calls at once are no way
   * around. @throws MeshdeckError `limit-reached`
   */
  admit(personId: string, jobs: number): void;
}

/** The one gate in front of every way to start work: a run, a run again, a verification, a dead letter's retry. */
export function createAdmission(options: {
  active: () => Iterable<JobDocument>;
  /** How many unfinished jobs this person may have; null: any number. */
  waitingLimit: (personId: string) => number | null;
}): Admission {
  return {
    admit(personId, jobs) {
      const limit = options.waitingLimit(personId);
      if (limit === null) return;
      const unfinished = [...options.active()].filter(({ owner }) => owner === personId).length;
      if (unfinished + jobs <= limit) return;
      throw new MeshdeckError(
        'limit-reached',
        `You have ${unfinished} unfinished ${unfinished === 1 ? 'job' : 'jobs'} and may have ${limit}. Wait for one to end, cancel one, or ask an admin for more.`,
      );
    },
  };
}
