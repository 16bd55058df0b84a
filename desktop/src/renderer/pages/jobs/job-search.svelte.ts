import type { JobSummary } from '@meshdeck/shared';
import { api } from '../../api/index.js';
import { jobs } from '../../live/jobs.svelte.js';
import { matchesWords } from '../../components/sorting.js';
import { type JobFilter, matchesJobFilter, statesOf } from '../../labels/status.js';

const pageSize = 100;

/** What somebody looks for; the hub knows the rules (`GET /jobs`). */
export interface Wanted {
  filter: JobFilter;
  text: string;
  machine: string | null;
  app: string | null;
}

const isNarrow = ({ filter, text, machine, app }: Wanted) =>
  filter !== 'all' || text.trim() !== '' || machine !== null || app !== null;

/** What this page can tell by itself of a job that came in since the hub was asked. */
function fits(job: JobSummary, { text, machine, app }: Wanted): boolean {
  const texts = [
    job.name,
    job.id,
    job.app.title,
    `app=${job.app.name}`,
    job.nodeName,
    job.input.name,
    job.owner,
  ];
  const here = machine === null || job.nodeId === machine || job.nodeName === machine;
  return here && (app === null || job.app.name === app) && matchesWords(texts, text.trim());
}

/** Jobs found by the hub, page by page, kept live by the collection of all jobs. */
export class JobSearch {
  /** Where the next page begins; null when there is none. */
  nextBefore = $state<number | null>(null);
  loading = $state(false);
  error = $state.raw<unknown>(null);
  #wanted = $state.raw<Wanted>({ filter: 'all', text: '', machine: null, app: null });
  /** Ids of those the hub named. */
  #found = $state.raw<Readonly<Record<string, true>>>({});
  #asked = 0;

  narrow = $derived(isNarrow(this.#wanted));
  rows = $derived.by<JobSummary[]>(() => {
    if (!this.narrow) return jobs.unbroken;
    const from = this.nextBefore ?? 0;
    return jobs.newestFirst.filter(
      (job) =>
        job.createdAt >= from &&
        matchesJobFilter(job.state, this.#wanted.filter) &&
        (this.#found[job.id] === true || fits(job, this.#wanted)),
    );
  });
  /** Whether there are older ones that fit. */
  hasOlder = $derived(this.narrow ? this.nextBefore !== null : typeof jobs.nextBefore === 'number');

  /** The first page of what is wanted now; a later call overtakes an earlier one. */
  async ask(wanted: Wanted): Promise<void> {
    this.#wanted = wanted;
    this.#found = {};
    this.error = null;
    // Until the hub has answered, everything loaded that fits is shown.
    this.nextBefore = null;
    this.#asked += 1;
    if (isNarrow(wanted)) await this.#page(undefined);
    else this.loading = false;
  }

  async older(): Promise<void> {
    if (this.narrow && this.nextBefore !== null) return this.#page(this.nextBefore);
    this.loading = true;
    try {
      await jobs.loadOlder();
    } catch (error) {
      this.error = error;
    } finally {
      this.loading = false;
    }
  }

  async #page(before: number | undefined): Promise<void> {
    const asked = this.#asked;
    const { filter, text, machine, app } = this.#wanted;
    this.loading = true;
    try {
      const page = await api.jobs.list({
        state: statesOf(filter),
        text: text.trim() === '' ? undefined : text.trim(),
        machine: machine ?? undefined,
        app: app ?? undefined,
        before,
        limit: pageSize,
      });
      if (asked !== this.#asked) return;
      jobs.put(...page.jobs);
      this.#found = { ...this.#found, ...Object.fromEntries(page.jobs.map(({ id }) => [id, true] as const)) };
      this.nextBefore = page.nextBefore;
      this.error = null;
    } catch (error) {
      if (asked === this.#asked) this.error = error;
    } finally {
      if (asked === this.#asked) this.loading = false;
    }
  }
}
