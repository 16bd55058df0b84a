import type { JobSummary, JobView, Why } from '@meshdeck/shared';
import { api } from '../api/index.js';
import { jobs } from './jobs.svelte.js';

/** What of a summary tells that the attempts behind it changed. */
const stageOf = (job: JobSummary) =>
  [job.state, job.attempts, job.nodeId, job.waitingFor, job.finishedAt, job.verified].join(' ');

/** One job in full: the whole view fetched at each change of stage, its progress from the live summaries. */
export class JobDetail {
  readonly id: string;
  full = $state.raw<JobView | null>(null);
  why = $state.raw<Why | null>(null);
  error = $state.raw<unknown>(null);
  #fetchedStage = '';
  #loading = false;

  summary = $derived.by<JobSummary | null>(() => {
    const live = jobs.items.get(this.id);
    return live ?? this.full;
  });
  stage = $derived(this.summary === null ? '' : stageOf(this.summary));

  constructor(id: string) {
    this.id = id;
  }

  /** Called on every change of `stage`. */
  async refresh(stage: string): Promise<void> {
    if (this.#loading || (stage !== '' && stage === this.#fetchedStage)) return;
    this.#loading = true;
    try {
      const [full, why] = await Promise.all([api.job(this.id), api.why(this.id)]);
      this.full = full;
      this.why = why;
      this.error = null;
      this.#fetchedStage = stageOf(full);
    } catch (error) {
      this.error = error;
      this.#fetchedStage = stage;
    } finally {
      this.#loading = false;
    }
    // It moved on while it was being fetched.
    if (
      this.error === null &&
      this.stage !== '' &&
      this.stage !== this.#fetchedStage &&
      this.stage !== stage
    ) {
      await this.refresh(this.stage);
    }
  }

  take(view: JobView): void {
    this.full = view;
    jobs.put(view);
  }
}
