import type { RunFigures } from '@meshdeck/shared';
import { api } from '../../api/index.js';

/** Jobs looked at for one page, and how many pages are gone through for a first run with figures. */
const perPage = 50;
const mostEmptyPages = 10;

/** What the runs of one app wrote into their `metrics.json`, page by page. */
export class RunFiguresList {
  readonly #app: string;
  runs = $state.raw<RunFigures[]>([]);
  error = $state.raw<unknown>(null);
  isLoaded = $state(false);
  isLoading = $state(false);
  #next = $state.raw<number | null>(null);

  /** Every figure that some run has, in the order in which they come up. */
  names = $derived(
    this.runs
      .flatMap(({ figures }) => Object.keys(figures))
      .filter((name, at, all) => all.indexOf(name) === at),
  );

  constructor(app: string) {
    this.#app = app;
  }

  get hasMore(): boolean {
    return this.#next !== null;
  }

  load = (): Promise<void> => this.#fetch(undefined);
  more = (): Promise<void> => (this.#next === null ? Promise.resolve() : this.#fetch(this.#next));

  async #fetch(from: number | undefined): Promise<void> {
    if (this.isLoading) return;
    this.isLoading = true;
    try {
      let before = from;
      for (let page = 0; page < mostEmptyPages; page += 1) {
        const { runs, nextBefore } = await api.jobs.figures({
          ...{ app: this.#app, limit: perPage },
          ...(before !== undefined && { before }),
        });
        this.runs = [...(from === undefined && page === 0 ? [] : this.runs), ...runs];
        this.#next = nextBefore;
        if (runs.length > 0 || nextBefore === null) break;
        before = nextBefore;
      }
      this.error = null;
      this.isLoaded = true;
    } catch (error) {
      this.error = error;
    } finally {
      this.isLoading = false;
    }
  }
}
