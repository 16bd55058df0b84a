import { api } from '../api/index.js';
import { spanQuery } from '../api/series-span.js';
import { onFrame } from '../live/messages.js';
import { type BufferedSeries, SeriesBuffer } from './series-buffer.js';
import { type TimeRange, spanAt } from './time-range.js';

const toleratedAheadMs = 60_000;

/** The series of one source over a range of time: the past from the store, the present pushed in as it happens. */
export class SeriesFeed {
  series = $state.raw<readonly BufferedSeries[]>([]);
  loading = $state(true);
  error = $state.raw<unknown>(null);

  readonly #source: string;
  readonly #kept = new SeriesBuffer();
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
      const { series } = await api.series.points(
        { ...spanQuery({ source: this.#source, ...span }), maxPoints },
        { signal: call.signal },
      );
      if (call.signal.aborted) return;
      this.#live = range.kind === 'last';
      this.#windowMs = span.to - span.from;
      this.#kept.take(series, this.#live ? { from: span.from } : null);
      this.series = this.#kept.list();
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
    // A clock far ahead would put everything else out of sight.
    const now = Date.now();
    if (!this.#live || ts > now + toleratedAheadMs) return;
    for (const [key, value] of Object.entries(values)) {
      if (value !== null) this.#kept.push(key, units[key] ?? '', ts, value);
    }
    if (this.#windowMs > 0) this.#kept.dropBefore(now - this.#windowMs * 1.05 - toleratedAheadMs);
    if (this.#published) return;
    this.#published = true;
    onFrame(() => {
      this.#published = false;
      this.series = this.#kept.list();
    });
  }
}
