import type { JobFile, JobFiles, JobId } from '@meshdeck/shared';
import { api } from '../../../api/index.js';

/** Files on a page of the list. */
const perPage = 50;

/** The files of one job, page by page. */
export class JobFileList {
  readonly id: JobId;
  files = $state.raw<JobFile[]>([]);
  facts = $state.raw<Omit<JobFiles, 'files'> | null>(null);
  error = $state.raw<unknown>(null);
  #next = $state.raw<string | null>(null);
  loading = $state(false);

  constructor(id: JobId) {
    this.id = id;
  }

  get hasMore(): boolean {
    return this.#next !== null;
  }

  async load(): Promise<void> {
    await this.#page(undefined);
  }

  async more(): Promise<void> {
    if (this.#next !== null && !this.loading) await this.#page(this.#next);
  }

  async #page(cursor: string | undefined): Promise<void> {
    this.loading = true;
    try {
      const page = await api.jobs.files({
        id: this.id,
        limit: perPage,
        ...(cursor !== undefined && { cursor }),
      });
      const { files, nextCursor, ...facts } = page;
      this.files = cursor === undefined ? files : [...this.files, ...files];
      this.facts = facts;
      this.#next = nextCursor;
      this.error = null;
    } catch (error) {
      this.error = error;
    } finally {
      this.loading = false;
    }
  }
}

/** What a picture calls itself by its name; the hub looks at its bytes. */
export const isPicture = ({ type }: Pick<JobFile, 'type'>): boolean =>
  /^image\/(png|jpeg|gif|webp|svg\+xml)$/.test(type);
