import { isFinal, MeshdeckError, type JobState, type SweepView } from '@meshdeck/shared';
import { api } from '../../api/index.js';
import type { Sorting } from '../../components/sorting.js';

const rowsOnPage = 100;

/** One sweep's table, sorted and cut into pages by the hub. */
export class SweepTableState {
  readonly #id: string;
  view = $state.raw<SweepView | null>(null);
  error = $state.raw<unknown>(null);
  sorting = $state.raw<Sorting<string>>({ by: 'number', descending: false });
  /** Cursors of the pages before this one, and this one's. */
  #cursors = $state.raw<(string | undefined)[]>([undefined]);

  /** Some of its jobs have not ended. */
  isMoving = $derived(Object.keys(this.view?.byState ?? {}).some((state) => !isFinal(state as JobState)));
  isMissing = $derived(
    this.view === null && this.error instanceof MeshdeckError && this.error.code === 'not-found',
  );
  hasEarlier = $derived(this.#cursors.length > 1);
  hasMore = $derived(this.view !== null && this.view.nextCursor !== null);

  constructor(id: string) {
    this.#id = id;
  }

  async load(): Promise<void> {
    const { by, descending } = this.sorting;
    const cursors = this.#cursors;
    const cursor = cursors.at(-1);
    try {
      const view = await api.sweeps.get({
        ...{ id: this.#id, sort: by, limit: rowsOnPage },
        ...(descending && { descending }),
        ...(cursor !== undefined && { cursor }),
      });
      // Asked for differently since: that answer is on its way.
      if (cursors !== this.#cursors) return;
      this.view = view;
      this.error = null;
    } catch (error) {
      if (cursors === this.#cursors) this.error = error;
    }
  }

  sort(sorting: Sorting<string>): Promise<void> {
    this.sorting = sorting;
    return this.#turn([undefined]);
  }

  earlier = (): Promise<void> => this.#turn(this.#cursors.slice(0, -1));
  more = (): Promise<void> => this.#turn([...this.#cursors, this.view?.nextCursor ?? undefined]);

  #turn(cursors: (string | undefined)[]): Promise<void> {
    this.#cursors = cursors;
    return this.load();
  }
}
