import type { JobState } from '@meshdeck/shared';
import { api } from '../api/index.js';

const everyMs = 3000;

/** How many jobs the hub has on record, by state, and how many of them are dead letters; asked while somebody looks. */
class JobCounts {
  byState = $state.raw<Partial<Record<JobState, number>> | null>(null);
  deadLetters = $state<number | null>(null);
  #watchers = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  watch(): () => void {
    this.#watchers += 1;
    void this.load();
    this.#timer ??= setInterval(() => {
      if (!document.hidden) void this.load();
    }, everyMs);
    return () => {
      this.#watchers -= 1;
      if (this.#watchers > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
  }

  async load(): Promise<void> {
    try {
      const counts = await api.jobs.counts();
      this.byState = counts.byState;
      this.deadLetters = counts.deadLetters;
    } catch {
      // The page says by itself that the hub does not answer; old counts stay.
    }
  }
}

export const jobCounts = new JobCounts();
