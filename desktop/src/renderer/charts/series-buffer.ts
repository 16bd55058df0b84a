import type { SeriesPoints } from '@meshdeck/shared';
import { CappedHistory, type Point } from '../live/capped-history.js';

const capacity = 20_000;

export interface BufferedSeries {
  key: string;
  unit: string;
  points: readonly Point[];
}

/** The points of several measurements: a stretch of the past, and the present as it comes. */
export class SeriesBuffer {
  #kept = new Map<string, { unit: string; history: CappedHistory }>();

  /** Takes over a stretch of the past; with `live`, what came since and is not in the store yet stays. */
  take(series: readonly SeriesPoints[], live: { from: number } | null): void {
    const before = this.#kept;
    this.#kept = new Map();
    for (const { key, unit, points } of series) {
      const history = new CappedHistory(capacity);
      for (const [ts, value] of live === null ? [] : (before.get(key)?.history.points ?? [])) {
        if (live !== null && ts >= live.from) history.push(ts, value);
      }
      // `prime` keeps whatever is newer than the past's end.
      history.prime(points);
      this.#kept.set(key, { unit, history });
    }
  }

  push(key: string, unit: string, ts: number, value: number): void {
    let kept = this.#kept.get(key);
    if (kept === undefined) {
      kept = { unit, history: new CappedHistory(capacity) };
      this.#kept.set(key, kept);
    }
    kept.history.push(ts, value);
  }

  dropBefore(ts: number): void {
    for (const { history } of this.#kept.values()) history.dropBefore(ts);
  }

  list(): BufferedSeries[] {
    return [...this.#kept].map(([key, { unit, history }]) => ({ key, unit, points: [...history.points] }));
  }
}
