import { describe, expect, it } from 'vitest';
import { localPersonId } from '../users/types.js';
import { createAdmission } from './admission.js';
import { storedJob } from './store/fixtures/stored-jobs.js';

const drafts = (count: number, shards?: number) =>
  Array.from({ length: count }, (_, index) => {
    const job = storedJob(index + 1);
    return shards === undefined ? job : { ...job, options: { ...job.options, shards } };
  });

const admissionOf = (stored = { jobs: 0, parts: 0 }, limit: number | null = null) =>
  createAdmission({ unfinishedOf: () => stored, waitingLimit: () => limit });

describe('the gate in front of work', () => {
  it('says how many there are, how many there may be, and what to do', () => {
    const admission = admissionOf({ jobs: 3, parts: 3 }, 3);
    expect(() => admission.admit('ada', drafts(1))).toThrow(
      'You have 3 unfinished jobs and may have 3. Wait for one to end, cancel one, or ask an admin for more.',
    );
    expect(() => admissionOf({ jobs: 2, parts: 2 }, 3).admit('ada', drafts(1))).not.toThrow();
  });

  it('holds whatever an admin allows, and this computer itself to nothing', () => {
    const many = admissionOf({ jobs: 5000, parts: 5000 }, 9_000_000);
    expect(() => many.admit('ada', drafts(1))).toThrow(
      /may have 5000\. Wait for one to end, or cancel one\.$/,
    );
    expect(() => many.admit(localPersonId, drafts(1))).not.toThrow();
  });

  it('counts parts, also those that a job only asks for yet', () => {
    const admission = admissionOf({ jobs: 1, parts: 19_999 });
    expect(() => admission.admit('ada', drafts(1, 2))).toThrow('would have 20001 parts');
    expect(() => admission.admit('ada', drafts(1))).not.toThrow();
  });

  it('counts what was admitted and is not stored yet, until it is told that it is', () => {
    const admission = admissionOf({ jobs: 0, parts: 0 }, 2);
    const coming = drafts(2);
    const taken = admission.hold('ada', coming);
    expect(() => admission.admit('ada', drafts(1))).toThrow('You have 2 unfinished jobs');
    expect(() => admission.admit('bob', drafts(1))).not.toThrow();
    for (const draft of coming) taken(draft);
    expect(() => admission.admit('ada', drafts(2))).not.toThrow();
  });
});
