import type { DecisionMachines, JobSummary, JobView, Why } from '@meshdeck/shared';
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
      const [full, why] = await Promise.all([api.jobs.get({ id: this.id }), api.jobs.why({ id: this.id })]);
      this.full = full;
      this.why = this.#withKnown(why);
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

  /** The page of decisions before those that are shown. */
  async earlierDecisions(): Promise<void> {
    const shown = this.why;
    if (shown === null || (shown.earlier ?? 0) === 0) return;
    const page = await api.jobs.why({ id: this.id, before: shown.earlier });
    // A refresh may have come between; what it put first is what this page comes before.
    const now = this.why;
    if (now === null || now.earlier !== shown.earlier) return;
    this.why = { ...now, decisions: [...page.decisions, ...now.decisions], earlier: page.earlier };
  }

  /** A page of the machines of the decision with this number. */
  machinesOf(number: number, from: number): Promise<DecisionMachines> {
    return api.jobs.whyMachines({ id: this.id, number, from });
  }

  /** A fresh answer, with the earlier decisions that were fetched already. */
  #withKnown(fresh: Why): Why {
    const known = this.why;
    const missing = (fresh.earlier ?? 0) - (known?.earlier ?? 0);
    if (known === null || missing <= 0 || missing > known.decisions.length) return fresh;
    return {
      ...fresh,
      decisions: [...known.decisions.slice(0, missing), ...fresh.decisions],
      earlier: known.earlier,
    };
  }

  take(view: JobView): void {
    this.full = view;
    jobs.put(view);
  }
}
