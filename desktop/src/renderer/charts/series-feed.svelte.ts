import type { SeriesPoints } from '@meshdeck/shared';
import { api } from '../api/index.js';
import { CappedHistory, type Point } from '../live/capped-history.js';
import { onFrame } from '../live/messages.js';
import { type TimeRange, spanAt } from './time-range.js';

const capacity = 20_000;

export interface FedSeries {
  key: string;
  unit: string;
  points: readonly Point[];
}

/** The series of one source over a range of time: the past from the store, the present pushed in as it happens. */
export class SeriesFeed {
  series = $state.raw<readonly FedSeries[]>([]);
  loading = $state(true);
  error = $state.raw<unknown>(null);

  readonly #source: string;
  #kept = new Map<string, { unit: string; history: CappedHistory }>();
  #call: AbortController | null = null;
  #published = false;
  #live = true;
  #windowMs = 0;

  constructor(source: string) {
    this.#source = source;
  }

  /** Fetches the range, about one point a pixel. A later call overtakes an earlier one. */
  async load(range: TimeRange, now: number, pixels: number): Promise<void> {
    this.#call?.abort();
    const call = new AbortController();
    this.#call = call;
    this.loading = true;
    const span = spanAt(range, now);
    const maxPoints = Math.min(20_000, Math.max(100, Math.round(pixels)));
    try {
      const series = await api.points({ source: this.#source, ...span, maxPoints }, call.signal);
      if (call.signal.aborted) return;
      this.#live = range.kind === 'last';
      this.#windowMs = span.to - span.from;
      this.#take(series, span.from);
      this.error = null;
      this.loading = false;
    } catch (error) {
      if (call.signal.aborted) return;
      this.error = error;
      this.loading = false;
    }
  }

  /** Adds live values; published once a frame. Ignored while a fixed range is shown. */
  push(ts: number, values: Record<string, number | null>, units: Record<string, string>): void {
    if (!this.#live) return;
    for (const [key, value] of Object.entries(values)) {
      if (value === null) continue;
      let kept = this.#kept.get(key);
      if (kept === undefined) {
        kept = { unit: units[key] ?? '', history: new CappedHistory(capacity) };
        this.#kept.set(key, kept);
      }
      kept.history.push(ts, value);
      if (this.#windowMs > 0) kept.history.dropBefore(ts - this.#windowMs * 1.05);
    }
    if (this.#published) return;
    this.#published = true;
    onFrame(() => {
      this.#published = false;
      this.#publish();
    });
  }

  #take(series: readonly SeriesPoints[], from: number): void {
    const before = this.#kept;
    this.#kept = new Map();
    for (const { key, unit, points } of series) {
      const history = new CappedHistory(capacity);
      // What came live and is not in the store yet stays: `prime` keeps whatever is newer than the past's end.
      const live = this.#live ? (before.get(key)?.history.points ?? []) : [];
      for (const [ts, value] of live) if (ts >= from) history.push(ts, value);
      history.prime(points);
      this.#kept.set(key, { unit, history });
    }
    this.#publish();
  }

  #publish(): void {
    this.series = [...this.#kept].map(([key, { unit, history }]) => ({ key, unit, points: [...history.points] }));
  }
}
