import { type JobSummary, isFinal } from '@meshdeck/shared';
import { api } from '../api/index.js';
import { session } from '../state/session.svelte.js';
import { LiveCollection } from './collection.svelte.js';
import { liveTopic } from './messages.js';

const pageSize = 100;

/** The newest jobs, and older pages as far as somebody asked for them. */
class Jobs extends LiveCollection<JobSummary> {
  newestFirst = $derived([...this.list].sort((a, b) => b.createdAt - a.createdAt));
  going = $derived(this.list.filter((job) => !isFinal(job.state)));
  /** Where the next older page begins; null when there is none, undefined before the first. */
  nextBefore = $state<number | null | undefined>(undefined);

  /** The newest jobs without a gap: a search, or a look at an old job, may have brought in single older ones. */
  unbroken = $derived(this.newestFirst.filter((job) => job.createdAt >= (this.nextBefore ?? 0)));

  /** One more page of older jobs. */
  async loadOlder(): Promise<void> {
    if (typeof this.nextBefore !== 'number') return;
    const page = await api.jobs.list({ before: this.nextBefore, limit: pageSize });
    this.nextBefore = page.nextBefore;
    this.put(...page.jobs);
  }
}

export const jobs: Jobs = new Jobs({
  // Who sees their own jobs only has a topic of their own for them.
  topic: () =>
    session.reach('jobs.read') === 'all'
      ? liveTopic('live/jobs', {})
      : liveTopic('live/own-jobs/{personId}', { personId: session.me?.id ?? '' }),
  load: async () => {
    const page = await api.jobs.list({ limit: pageSize });
    if (jobs.nextBefore === undefined) jobs.nextBefore = page.nextBefore;
    return page.jobs;
  },
  keep: (job, snapshot) => job.createdAt < (snapshot.at(-1)?.createdAt ?? 0) && snapshot.length >= pageSize,
});
