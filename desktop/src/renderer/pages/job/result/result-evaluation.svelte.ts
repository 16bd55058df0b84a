import type { JobId, ResultSummary, ResultSummaryQuery } from '@meshdeck/shared';
import { api } from '../../../api/index.js';

/** What a job's result is worth, by what the person has chosen so far. */
export class ResultEvaluation {
  summary = $state.raw<ResultSummary | null>(null);
  error = $state.raw<unknown>(null);
  loading = $state(false);
  query = $state.raw<ResultSummaryQuery>({});
  readonly #jobId: JobId;
  #asked: AbortController | null = null;

  constructor(jobId: JobId) {
    this.#jobId = jobId;
  }

  async load(): Promise<void> {
    this.#asked?.abort();
    const asked = new AbortController();
    this.#asked = asked;
    this.loading = true;
    try {
      const summary = await api.jobs.summary({ id: this.#jobId, ...this.query }, { signal: asked.signal });
      if (asked.signal.aborted) return;
      this.summary = summary;
      this.error = null;
    } catch (error) {
      if (asked.signal.aborted) return;
      this.error = error;
    }
    this.loading = false;
  }

  choose(change: ResultSummaryQuery): void {
    this.query = { ...this.query, ...change };
    void this.load();
  }

  /** Holds the table against that of one other job; against the app's earlier ones where none is named. */
  compareWith(jobId: JobId): void {
    const { against: _before, ...rest } = this.query;
    this.query = jobId === '' ? rest : { ...rest, against: jobId };
    void this.load();
  }

  /** Back to what the hub finds by itself. */
  reset(): void {
    this.query = {};
    void this.load();
  }

  stop(): void {
    this.#asked?.abort();
  }
}
