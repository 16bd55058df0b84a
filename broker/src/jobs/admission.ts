import { MeshdeckError, type PersonId } from '@meshdeck/shared';
import { localPersonId } from '../users/types.js';
import { partsOf, type Unfinished } from './store/job-repository.js';
import type { JobDocument } from './job-document.js';

/** Of one person, whatever an admin allows: each costs memory until it has ended. This computer itself may have any number. */
const mostOfOne: Unfinished = { jobs: 5_000, parts: 20_000 };

type Draft = Pick<JobDocument, 'tasks' | 'options'>;

export interface Admission {
  /**
   * Before these jobs are begun for this person, in the same moment as they are taken in: many calls at once are no way
   * around. @throws MeshdeckError `limit-reached`
   */
  admit(personId: PersonId, drafts: readonly Draft[]): void;
  /** The same for those that come into the repository one after the other: each counts until it is told that it is there. */
  hold(personId: PersonId, drafts: readonly Draft[]): (taken: Draft) => void;
}

/** The one gate in front of every way to start work: a run, a run again, a verification, a dead letter's retry. */
export function createAdmission(options: {
  /** What of theirs has not ended. */
  unfinishedOf: (personId: PersonId) => Unfinished;
  /** How many unfinished jobs this person may have; null: any number. */
  waitingLimit: (personId: PersonId) => number | null;
}): Admission {
  /** Admitted, and on their way into the repository. */
  const held = new Map<Draft, string>();

  function requireRoom(personId: PersonId, drafts: readonly Draft[]): void {
    const coming = [...held].filter(([, owner]) => owner === personId).map(([draft]) => draft);
    const stored = options.unfinishedOf(personId);
    const jobs = stored.jobs + coming.length;
    const hard = personId === localPersonId ? Infinity : mostOfOne.jobs;
    const most = Math.min(options.waitingLimit(personId) ?? Infinity, hard);
    if (jobs + drafts.length > most) {
      const more = most === hard ? '.' : ', or ask an admin for more.';
      throw new MeshdeckError(
        'limit-reached',
        `You have ${jobs} unfinished ${jobs === 1 ? 'job' : 'jobs'} and may have ${most}. Wait for one to end, ${most === hard ? 'or ' : ''}cancel one${more}`,
      );
    }
    const parts = [...coming, ...drafts].reduce((sum, job) => sum + partsOf(job), stored.parts);
    if (personId === localPersonId || parts <= mostOfOne.parts) return;
    throw new MeshdeckError(
      'limit-reached',
      `Your unfinished jobs would have ${parts} parts together and may have ${mostOfOne.parts}. Ask for fewer with --shards, or wait for some to end.`,
    );
  }

  return {
    admit: requireRoom,
    hold(personId, drafts) {
      requireRoom(personId, drafts);
      for (const draft of drafts) held.set(draft, personId);
      return (taken) => void held.delete(taken);
    },
  };
}
