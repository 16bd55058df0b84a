import { type DeadLetter, type DeadLetterChoice, MeshdeckError } from '@meshdeck/shared';
import { api } from '../../api/index.js';
import { jobCounts } from '../../live/job-counts.svelte.js';
import { toasts } from '../../state/toasts.svelte.js';
import { plural } from '../../labels/numbers.js';

const pageSize = 50;

/** The dead letters as far as they were asked for, newest first. */
export class DeadLetters {
  list = $state.raw<readonly DeadLetter[]>([]);
  loaded = $state(false);
  total = $state(0);
  unreadableMessages = $state<number | null>(null);
  nextBefore = $state<number | null>(null);
  error = $state.raw<unknown>(null);
  busy = $state(false);
  #asked = 0;

  /** As many as are shown already, anew. */
  async reload(): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    try {
      const limit = Math.min(200, Math.max(pageSize, this.list.length));
      const page = await api.deadLetters.list({ limit });
      if (asked !== this.#asked) return;
      this.#take(page.deadLetters, page);
    } catch (error) {
      if (asked === this.#asked) this.error = error;
    }
  }

  async older(): Promise<void> {
    if (this.nextBefore === null) return;
    const page = await toasts.tell(api.deadLetters.list({ limit: pageSize, before: this.nextBefore }));
    if (page !== undefined) this.#take([...this.list, ...page.deadLetters], page);
  }

  async settle(action: 'rerun' | 'dismiss', choice: DeadLetterChoice): Promise<void> {
    this.busy = true;
    const outcome = await toasts.tell(api.deadLetters[action]({ body: choice }));
    this.busy = false;
    if (outcome === undefined) return;
    const { done, refused } = outcome;
    if (done.length > 0) {
      const jobs = plural(done.length, 'job');
      toasts.good(action === 'rerun' ? `${jobs} run again.` : `${jobs} put aside.`);
    }
    for (const { reason } of refused.slice(0, 2)) toasts.bad(new MeshdeckError('conflict', reason));
    await Promise.all([this.reload(), jobCounts.load()]);
  }

  #take(
    list: readonly DeadLetter[],
    page: { total: number; nextBefore: number | null; unreadableMessages: number | null },
  ): void {
    this.list = list;
    this.total = page.total;
    this.nextBefore = page.nextBefore;
    this.unreadableMessages = page.unreadableMessages;
    this.loaded = true;
    this.error = null;
  }
}
