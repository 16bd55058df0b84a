import type { JobId, ResultRows } from '@meshdeck/shared';
import { api } from '../../../api/index.js';
import type { Sorting } from '../../../components/sorting.js';

export const pageSizes = [10, 50, 200] as const;
export type PageSize = (typeof pageSizes)[number];

/** One page of a job's result, and where in it one is. Columns are named by their place: `#3`. */
export class ResultPage {
  page = $state.raw<ResultRows | null>(null);
  error = $state.raw<unknown>(null);
  loading = $state(false);
  offset = $state(0);
  size = $state<PageSize>(10);
  sorting = $state.raw<Sorting<string> | null>(null);
  /** The row one came here for, from 1. */
  marked = $state<number | null>(null);
  readonly #jobId: JobId;
  #asked: AbortController | null = null;

  constructor(jobId: JobId) {
    this.#jobId = jobId;
  }

  /** Rows that can be reached as they stand now; null while nobody has counted them. */
  reach = $derived(this.page === null ? null : (this.page.sorted?.rows ?? this.page.rowsTotal));

  async load(): Promise<void> {
    this.#asked?.abort();
    const asked = new AbortController();
    this.#asked = asked;
    this.loading = true;
    const { offset, size, sorting } = this;
    try {
      const sort = sorting === null ? {} : { sort: sorting.by, descending: sorting.descending };
      const page = await api.jobs.rows(
        { id: this.#jobId, offset, limit: size, ...sort },
        { signal: asked.signal },
      );
      if (asked.signal.aborted) return;
      this.page = page;
      this.error = null;
    } catch (error) {
      if (asked.signal.aborted) return;
      this.error = error;
    }
    this.loading = false;
  }

  sortBy(sorting: Sorting<string>): void {
    // A third click takes the order away again.
    const isThird = this.sorting?.by === sorting.by && this.sorting.descending && !sorting.descending;
    this.sorting = isThird ? null : sorting;
    this.#goTo(0);
  }

  resize(size: PageSize): void {
    this.size = size;
    this.#goTo(Math.floor(this.offset / size) * size);
  }

  turn(offset: number): void {
    this.#goTo(Math.max(0, offset));
  }

  /** Shows the page of the file that holds this row, and marks it. */
  show(row: number): void {
    this.sorting = null;
    this.#goTo(Math.floor((row - 1) / this.size) * this.size);
    this.marked = row;
  }

  #goTo(offset: number): void {
    this.offset = offset;
    this.marked = null;
    void this.load();
  }

  stop(): void {
    this.#asked?.abort();
  }
}
